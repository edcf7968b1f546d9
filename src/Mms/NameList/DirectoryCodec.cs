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

    public static GetNameListRequest ReadGetNameListRequest(ref XerReader r, bool extended)
    {
        int? objectClass = null;
        (NameScope Scope, string Domain)? scope = null;
        string? continueAfter = null;
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("extendedObjectClass"u8))
            {
                objectClass = ReadExtendedClass(ref r);
            }
            else if (r.Name.SequenceEqual("objectClass"u8))
            {
                objectClass = r.Named(NamedNumbers.ObjectClasses);
            }
            else if (r.Name.SequenceEqual("objectScope"u8))
            {
                scope = ReadScope(ref r);
            }
            else if (r.Name.SequenceEqual("continueAfter"u8))
            {
                continueAfter = r.Text().Trim();
            }
            else
            {
                r.Unknown();
            }
        }

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

    public static GetNameListResponse ReadGetNameListResponse(ref XerReader r, bool extended)
    {
        // moreFollows has the default TRUE.
        var more = r.BooleanAttribute("moreFollows"u8) ?? true;
        ValueList<string> names = [];
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("listOfIdentifier"u8))
            {
                names = ReadTexts(ref r);
            }
            else if (r.Name.SequenceEqual("moreFollows"u8))
            {
                more = r.Boolean();
            }
            else
            {
                r.Unknown();
            }
        }

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

    public static GetVariableAccessAttributesResponse ReadVariableResponse(ref XerReader r)
    {
        var deletable = false;
        TypeDescription? type = null;
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("mmsDeletable"u8))
            {
                deletable = r.Boolean();
            }
            else if (r.Name.SequenceEqual("typeSpecification"u8) || r.Name.SequenceEqual("typeDescription"u8))
            {
                type = TypeDescriptionCodec.Read(ref r);
            }
            else
            {
                r.Unknown();
            }
        }

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
