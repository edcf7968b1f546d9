using System.Text;

namespace DerAgent.Mms;

/// <summary>TypeSpecification (ISO 9506-2 §14.4).</summary>
internal static class TypeDescriptionCodec
{
    private static readonly string[] Names =
        ["boolean", "bit-string", "integer", "unsigned", "floating-point", "octet-string", "visible-string", "mMSString", "binary-time", "utc-time"];

    public static void Write(XerWriter w, TypeDescription type)
    {
        switch (type)
        {
            case TypeDescription.Structure structure:
                w.Start("structure"u8);
                w.Start("components"u8);
                foreach (var component in structure.Components)
                {
                    w.Start("SEQUENCE"u8);
                    w.Text("componentName"u8, component.Name);
                    w.Start("componentType"u8);
                    Write(w, component.Type);
                    w.End("componentType"u8);
                    w.End("SEQUENCE"u8);
                }

                w.End("components"u8);
                w.End("structure"u8);
                break;
            case TypeDescription.Array array:
                w.Start("array"u8);
                w.Number("numberOfElements"u8, array.Count);
                w.Start("elementType"u8);
                Write(w, array.Element);
                w.End("elementType"u8);
                w.End("array"u8);
                break;
            default:
                WritePrimitive(w, (TypeDescription.Primitive)type);
                break;
        }
    }

    /// <summary>Reads the alternative inside the element being read, and its end tag.</summary>
    public static TypeDescription Read(ref XerReader r, int nesting = 0)
    {
        TypeDescription type = new TypeDescription.Structure([]);
        if (!r.Choice())
        {
            return type;
        }

        if (r.Name.SequenceEqual("typeDescription"u8) && nesting == 0)
        {
            type = Read(ref r, 1);
        }
        else
        {
            type = ReadAlternative(ref r, nesting);
        }

        r.EndChoice();
        return type;
    }

    private static TypeDescription ReadAlternative(ref XerReader r, int nesting)
    {
        if (nesting > 24)
        {
            r.Fail(XerFault.MaxRecursionExceeded, "type nested too deep");
            return new TypeDescription.Structure([]);
        }

        if (r.Name.SequenceEqual("structure"u8))
        {
            return ReadStructure(ref r, nesting);
        }

        if (r.Name.SequenceEqual("array"u8))
        {
            return ReadArray(ref r, nesting);
        }

        for (var i = 0; i < Names.Length; i++)
        {
            if (r.Name.Length == Names[i].Length && Ascii.Equals(r.Name, Names[i]))
            {
                return ReadPrimitive(ref r, (PrimitiveKind)i);
            }
        }

        r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(r.Name)}> is no type");
        return new TypeDescription.Structure([]);
    }

    private static readonly XerFields<(ValueList<TypeDescription.Member> Members, int Nesting)> StructureFields = new(
        ("components", static (ref r, ref p) => p.Members = ReadMembers(ref r, p.Nesting)));

    private static readonly XerFields<(string Name, TypeDescription? Type, int Nesting)> MemberFields = new(
        ("componentName", static (ref r, ref p) => p.Name = r.Text().Trim()),
        ("componentType", static (ref r, ref p) => p.Type = Read(ref r, p.Nesting + 1)));

    private static readonly XerFields<(uint Count, TypeDescription? Element, int Nesting)> ArrayFields = new(
        ("numberOfElements", static (ref r, ref p) => p.Count = r.Unsigned32()),
        ("elementType", static (ref r, ref p) => p.Element = Read(ref r, p.Nesting + 1)));

    private static readonly XerFields<(int Format, int Exponent)> FloatFields = new(
        ("format-width", static (ref r, ref p) => p.Format = r.Integer32()),
        ("exponent-width", static (ref r, ref p) => p.Exponent = r.Integer32()));

    private static TypeDescription.Structure ReadStructure(ref XerReader r, int nesting) => new(StructureFields.Read(ref r, ([], nesting)).Members);

    private static ValueList<TypeDescription.Member> ReadMembers(ref XerReader r, int nesting)
    {
        var members = new List<TypeDescription.Member>();
        while (r.NextChild())
        {
            members.Add(ReadMember(ref r, nesting));
        }

        return members.ToValueList();
    }

    private static TypeDescription.Member ReadMember(ref XerReader r, int nesting)
    {
        var (name, type, _) = MemberFields.Read(ref r, ("", null, nesting));
        if (type is null)
        {
            r.Fail(XerFault.InvalidArgument, "a component without componentType");
        }

        return new(name, type ?? new TypeDescription.Structure([]));
    }

    private static TypeDescription.Array ReadArray(ref XerReader r, int nesting)
    {
        var (count, element, _) = ArrayFields.Read(ref r, (0, null, nesting));
        return new(count, element ?? new TypeDescription.Structure([]));
    }

    private static void WritePrimitive(XerWriter w, TypeDescription.Primitive type)
    {
        var name = Encoding.ASCII.GetBytes(Names[(int)type.Kind]);
        switch (type.Kind)
        {
            case PrimitiveKind.Boolean or PrimitiveKind.UtcTime:
                w.Empty(name);
                break;
            case PrimitiveKind.BinaryTime:
                w.Boolean(name, type.Size != 0);
                break;
            case PrimitiveKind.FloatingPoint:
                w.Start(name);
                w.Number("format-width"u8, type.Size);
                w.Number("exponent-width"u8, type.ExponentWidth);
                w.End(name);
                break;
            default:
                w.Number(name, type.Size);
                break;
        }
    }

    private static TypeDescription.Primitive ReadPrimitive(ref XerReader r, PrimitiveKind kind)
    {
        switch (kind)
        {
            case PrimitiveKind.Boolean or PrimitiveKind.UtcTime:
                r.Skip();
                return new(kind);
            case PrimitiveKind.BinaryTime:
                return new(kind, r.Boolean() ? 1 : 0);
            case PrimitiveKind.FloatingPoint:
                var (format, exponent) = FloatFields.Read(ref r);
                return new(kind, format, exponent);
            default:
                return new(kind, r.Integer32());
        }
    }
}
