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

    public static DefineNamedVariableListRequest ReadDefine(ref XerReader r)
    {
        ObjectName? name = null;
        ValueList<VariableSpecification> members = [];
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("variableListName"u8))
            {
                name = VariableAccessCodec.ReadName(ref r);
            }
            else if (r.Name.SequenceEqual("listOfVariable"u8))
            {
                members = VariableAccessCodec.ReadList(ref r);
            }
            else
            {
                r.Unknown();
            }
        }

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

    public static GetNamedVariableListAttributesResponse ReadAttributes(ref XerReader r)
    {
        var deletable = false;
        ValueList<VariableSpecification> members = [];
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("mmsDeletable"u8))
            {
                deletable = r.Boolean();
            }
            else if (r.Name.SequenceEqual("listOfVariable"u8))
            {
                members = VariableAccessCodec.ReadList(ref r);
            }
            else
            {
                r.Unknown();
            }
        }

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

    public static DeleteNamedVariableListRequest ReadDelete(ref XerReader r)
    {
        var scope = ScopeAttribute(ref r);
        var names = new List<ObjectName>();
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("scopeOfDelete"u8))
            {
                scope = r.Named(NamedNumbers.ScopesOfDelete);
            }
            else if (r.Name.SequenceEqual("listOfVariableListName"u8))
            {
                while (r.NextChild())
                {
                    var wrapped = r.Name.SequenceEqual("ObjectName"u8) || DataCodec.IsWrapper(r.Name);
                    names.Add(wrapped ? VariableAccessCodec.ReadName(ref r) : VariableAccessCodec.ReadNameAlternative(ref r));
                }
            }
            else
            {
                r.Unknown();
            }
        }

        return new((ScopeOfDelete)scope, names.ToValueList());
    }

    public static void Write(XerWriter w, DeleteNamedVariableListResponse response)
    {
        w.Start("deleteNamedVariableList"u8);
        w.Number("numberMatched"u8, response.Matched);
        w.Number("numberDeleted"u8, response.Deleted);
        w.End("deleteNamedVariableList"u8);
    }

    public static DeleteNamedVariableListResponse ReadDeleted(ref XerReader r)
    {
        uint matched = 0, deleted = 0;
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("numberMatched"u8))
            {
                matched = r.Unsigned32();
            }
            else if (r.Name.SequenceEqual("numberDeleted"u8))
            {
                deleted = r.Unsigned32();
            }
            else
            {
                r.Unknown();
            }
        }

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
