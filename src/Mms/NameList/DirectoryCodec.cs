namespace DerAgent.Mms;

/// <summary>GetNameList and GetVariableAccessAttributes (ISO 9506-2 §10.4, §14.9).</summary>
internal static class DirectoryCodec
{
    public static void Write(XerWriter w, GetNameListRequest request)
    {
        var element = request.Extended ? "extendedGetNameList"u8 : "getNameList"u8;
        w.Start(element);
        w.Start("extendedObjectClass"u8);
        w.Start("objectClass"u8);
        w.Named(NamedNumbers.ObjectClasses, (int)request.Class);
        w.End("objectClass"u8);
        w.End("extendedObjectClass"u8);
        w.Start("objectScope"u8);
        switch (request.Scope)
        {
            case NameScope.Vmd:
                w.Empty("vmdSpecific"u8);
                break;
            case NameScope.Domain:
                w.Text("domainSpecific"u8, request.Domain);
                break;
            default:
                w.Empty("aaSpecific"u8);
                break;
        }

        w.End("objectScope"u8);
        if (request.ContinueAfter is not null)
        {
            w.Text("continueAfter"u8, request.ContinueAfter);
        }

        w.End(element);
    }

    private static readonly XerFields<(int? ObjectClass, (NameScope Scope, string Domain)? Scope, string? ContinueAfter)> GetNameListRequestFields = new(
        ("extendedObjectClass", static (ref r, ref p) => p.ObjectClass = ReadExtendedClass(ref r)),
        ("objectClass", static (ref r, ref p) => p.ObjectClass = r.Named(NamedNumbers.ObjectClasses)),
        ("objectScope", static (ref r, ref p) => p.Scope = ReadScope(ref r)),
        ("continueAfter", static (ref r, ref p) => p.ContinueAfter = r.Text().Trim()));

    public static GetNameListRequest ReadGetNameListRequest(ref XerReader r, bool extended)
    {
        var (objectClass, scope, continueAfter) = GetNameListRequestFields.Read(ref r);
        if (objectClass is null || scope is null)
        {
            r.Fail(XerFault.InvalidArgument, "getNameList without objectClass or objectScope");
        }

        return new((ObjectClass)(objectClass ?? 0), scope?.Scope ?? NameScope.Vmd, scope?.Domain ?? "", continueAfter, extended);
    }

    public static void Write(XerWriter w, GetNameListResponse response)
    {
        var element = response.Extended ? "extendedGetNameList"u8 : "getNameList"u8;
        w.StartWithDefault(element, "moreFollows"u8, XerWriter.Word(response.MoreFollows));
        WriteIdentifiers(w, "listOfIdentifier"u8, response.Identifiers);
        w.Default("moreFollows"u8, XerWriter.Word(response.MoreFollows));
        w.End(element);
    }

    private static readonly XerFields<(ValueList<string> Names, bool More)> GetNameListResponseFields = new(
        ("listOfIdentifier", static (ref r, ref p) => p.Names = ReadTexts(ref r)),
        ("moreFollows", static (ref r, ref p) => p.More = r.Boolean()));

    public static GetNameListResponse ReadGetNameListResponse(ref XerReader r, bool extended)
    {
        // moreFollows has the default TRUE.
        var (names, more) = GetNameListResponseFields.Read(ref r, ([], r.BooleanAttribute("moreFollows"u8) ?? true));
        return new(names, more, extended);
    }

    public static void Write(XerWriter w, GetVariableAccessAttributesRequest request)
    {
        w.Start("getVariableAccessAttributes"u8);
        w.Start("name"u8);
        VariableAccessCodec.WriteName(w, request.Name);
        w.End("name"u8);
        w.End("getVariableAccessAttributes"u8);
    }

    public static GetVariableAccessAttributesRequest ReadVariableRequest(ref XerReader r)
    {
        var name = ObjectName.Vmd("");
        if (r.Choice())
        {
            if (r.Name.SequenceEqual("name"u8))
            {
                name = VariableAccessCodec.ReadName(ref r);
            }
            else
            {
                r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(r.Name)}>: variables are given by name");
            }

            r.EndChoice();
        }

        return new(name);
    }

    public static void Write(XerWriter w, GetVariableAccessAttributesResponse response)
    {
        w.Start("getVariableAccessAttributes"u8);
        w.Boolean("mmsDeletable"u8, response.Deletable);
        w.Start("typeSpecification"u8);
        TypeDescriptionCodec.Write(w, response.Type);
        w.End("typeSpecification"u8);
        w.End("getVariableAccessAttributes"u8);
    }

    private static readonly XerFields<(bool Deletable, TypeDescription? Type)> VariableResponseFields = new(
        ("mmsDeletable", static (ref r, ref p) => p.Deletable = r.Boolean()),
        ("typeSpecification|typeDescription", static (ref r, ref p) => p.Type = TypeDescriptionCodec.Read(ref r)));

    public static GetVariableAccessAttributesResponse ReadVariableResponse(ref XerReader r)
    {
        var (deletable, type) = VariableResponseFields.Read(ref r);
        if (type is null)
        {
            r.Fail(XerFault.InvalidArgument, "no typeSpecification");
        }

        return new(deletable, type ?? new TypeDescription.Structure([]));
    }

    public static void WriteIdentifiers(XerWriter w, ReadOnlySpan<byte> list, ValueList<string> names)
    {
        w.Start(list);
        foreach (var name in names)
        {
            w.Text("Identifier"u8, name);
        }

        w.End(list);
    }

    /// <summary>Reads the texts of a list whatever its items are called, and its end tag.</summary>
    public static ValueList<string> ReadTexts(ref XerReader r)
    {
        var texts = new List<string>();
        while (r.NextChild())
        {
            texts.Add(r.Text());
        }

        return texts.ToValueList();
    }

    private static int ReadExtendedClass(ref XerReader r)
    {
        var number = 0;
        if (r.Choice())
        {
            if (r.Name.SequenceEqual("objectClass"u8))
            {
                number = r.Named(NamedNumbers.ObjectClasses);
            }
            else
            {
                r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(r.Name)}> is no class of objects");
            }

            r.EndChoice();
        }

        return number;
    }

    private static (NameScope Scope, string Domain) ReadScope(ref XerReader r)
    {
        (NameScope, string) scope = (NameScope.Vmd, "");
        if (!r.Choice())
        {
            return scope;
        }

        if (r.Name.SequenceEqual("domainSpecific"u8))
        {
            scope = (NameScope.Domain, r.Text().Trim());
        }
        else if (r.Name.SequenceEqual("vmdSpecific"u8))
        {
            r.Skip();
        }
        else if (r.Name.SequenceEqual("aaSpecific"u8))
        {
            r.Skip();
            scope = (NameScope.Association, "");
        }
        else
        {
            r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(r.Name)}> is no scope");
        }

        r.EndChoice();
        return scope;
    }
}
