namespace DerAgent.Mms;

/// <summary>Define-, Get- and DeleteNamedVariableList (ISO 9506-2 §14.11 to §14.13).</summary>
internal static class NamedVariableListCodec
{
    public static void Write(XerWriter w, DefineNamedVariableListRequest request)
    {
        w.Start("defineNamedVariableList"u8);
        w.Start("variableListName"u8);
        VariableAccessCodec.WriteName(w, request.Name);
        w.End("variableListName"u8);
        VariableAccessCodec.WriteList(w, request.Members);
        w.End("defineNamedVariableList"u8);
    }

    private static readonly XerFields<(ObjectName? Name, ValueList<VariableSpecification> Members)> DefineFields = new(
        ("variableListName", static (ref r, ref p) => p.Name = VariableAccessCodec.ReadName(ref r)),
        ("listOfVariable", static (ref r, ref p) => p.Members = VariableAccessCodec.ReadList(ref r)));

    public static DefineNamedVariableListRequest ReadDefine(ref XerReader r)
    {
        var (name, members) = DefineFields.Read(ref r, (null, []));
        if (name is null)
        {
            r.Fail(XerFault.InvalidArgument, "defineNamedVariableList without variableListName");
        }

        return new(name ?? ObjectName.Vmd(""), members);
    }

    public static void Write(XerWriter w, GetNamedVariableListAttributesRequest request)
    {
        w.Start("getNamedVariableListAttributes"u8);
        VariableAccessCodec.WriteName(w, request.Name);
        w.End("getNamedVariableListAttributes"u8);
    }

    public static void Write(XerWriter w, GetNamedVariableListAttributesResponse response)
    {
        w.Start("getNamedVariableListAttributes"u8);
        w.Boolean("mmsDeletable"u8, response.Deletable);
        VariableAccessCodec.WriteList(w, response.Members);
        w.End("getNamedVariableListAttributes"u8);
    }

    private static readonly XerFields<(bool Deletable, ValueList<VariableSpecification> Members)> AttributesFields = new(
        ("mmsDeletable", static (ref r, ref p) => p.Deletable = r.Boolean()),
        ("listOfVariable", static (ref r, ref p) => p.Members = VariableAccessCodec.ReadList(ref r)));

    public static GetNamedVariableListAttributesResponse ReadAttributes(ref XerReader r)
    {
        var (deletable, members) = AttributesFields.Read(ref r, (false, []));
        return new(deletable, members);
    }

    public static void Write(XerWriter w, DeleteNamedVariableListRequest request)
    {
        var scope = System.Text.Encoding.ASCII.GetBytes(NamedNumbers.ScopesOfDelete[(int)request.Scope]);
        w.StartWithDefault("deleteNamedVariableList"u8, "scopeOfDelete"u8, scope);
        w.Default("scopeOfDelete"u8, scope);
        w.Start("listOfVariableListName"u8);
        foreach (var name in request.Names)
        {
            w.StartItem("ObjectName"u8);
            VariableAccessCodec.WriteName(w, name);
            w.EndItem("ObjectName"u8);
        }

        w.End("listOfVariableListName"u8);
        w.End("deleteNamedVariableList"u8);
    }

    private static readonly XerFields<(int Scope, ValueList<ObjectName> Names)> DeleteFields = new(
        ("scopeOfDelete", static (ref r, ref p) => p.Scope = r.Named(NamedNumbers.ScopesOfDelete)),
        ("listOfVariableListName", static (ref r, ref p) => p.Names = XerList.Read(ref r, ReadListName)));

    public static DeleteNamedVariableListRequest ReadDelete(ref XerReader r)
    {
        var (scope, names) = DeleteFields.Read(ref r, (ScopeAttribute(ref r), []));
        return new((ScopeOfDelete)scope, names);
    }

    private static ObjectName ReadListName(ref XerReader r) =>
        r.Name.SequenceEqual("ObjectName"u8) || DataCodec.IsWrapper(r.Name) ? VariableAccessCodec.ReadName(ref r) : VariableAccessCodec.ReadNameAlternative(ref r);

    public static void Write(XerWriter w, DeleteNamedVariableListResponse response)
    {
        w.Start("deleteNamedVariableList"u8);
        w.Number("numberMatched"u8, response.Matched);
        w.Number("numberDeleted"u8, response.Deleted);
        w.End("deleteNamedVariableList"u8);
    }

    private static readonly XerFields<(uint Matched, uint Deleted)> DeletedFields = new(
        ("numberMatched", static (ref r, ref p) => p.Matched = r.Unsigned32()),
        ("numberDeleted", static (ref r, ref p) => p.Deleted = r.Unsigned32()));

    public static DeleteNamedVariableListResponse ReadDeleted(ref XerReader r)
    {
        var (matched, deleted) = DeletedFields.Read(ref r);
        return new(matched, deleted);
    }

    private static int ScopeAttribute(ref XerReader r)
    {
        if (!Xml.XmlAttributes.TryFind(r.Attributes, "scopeOfDelete"u8, out var word))
        {
            return 0;
        }

        for (var i = 0; i < NamedNumbers.ScopesOfDelete.Count; i++)
        {
            if (word.Length == NamedNumbers.ScopesOfDelete[i].Length && System.Text.Ascii.Equals(word, NamedNumbers.ScopesOfDelete[i]))
            {
                return i;
            }
        }

        r.Fail(XerFault.InvalidArgument, $"scopeOfDelete \"{XerReader.Shown(word)}\" is unknown");
        return 0;
    }
}
