namespace DerAgent.Mms;

/// <summary>Names of objects, variables and parts of variables (ISO 9506-2 §7.3.1, §14.2, §14.3.3).</summary>
internal static class VariableAccessCodec
{
    private static readonly VariableSpecification Missing = new(ObjectName.Vmd(""));

    public static void WriteName(XerWriter w, ObjectName name)
    {
        switch (name.Scope)
        {
            case NameScope.Domain:
                w.Start("domain-specific"u8);
                w.Text("domainId"u8, name.Domain);
                w.Text("itemId"u8, name.Item);
                w.End("domain-specific"u8);
                break;
            case NameScope.Association:
                w.Text("aa-specific"u8, name.Item);
                break;
            default:
                w.Text("vmd-specific"u8, name.Item);
                break;
        }
    }

    /// <summary>Reads the alternative inside the element being read, and its end tag.</summary>
    public static ObjectName ReadName(ref XerReader r)
    {
        var name = r.Choice() ? ReadNameAlternative(ref r) : Missing.Name;
        r.EndChoice();
        return name;
    }

    private static readonly XerFields<(string? Domain, string? Item)> DomainSpecificFields = new(
        ("domainId|domainID", static (ref r, ref p) => p.Domain = r.Text().Trim()),
        ("itemId|itemID", static (ref r, ref p) => p.Item = r.Text().Trim()));

    /// <summary>Reads the alternative whose start tag was read last.</summary>
    public static ObjectName ReadNameAlternative(ref XerReader r)
    {
        if (r.Name.SequenceEqual("domain-specific"u8))
        {
            var (domain, item) = DomainSpecificFields.Read(ref r);
            if (domain is null || item is null)
            {
                r.Fail(XerFault.InvalidArgument, "<domain-specific> without domainId or itemId");
                return Missing.Name;
            }

            return ObjectName.In(domain, item);
        }

        if (r.Name.SequenceEqual("vmd-specific"u8))
        {
            return ObjectName.Vmd(r.Text().Trim());
        }

        if (r.Name.SequenceEqual("aa-specific"u8))
        {
            return ObjectName.Association(r.Text().Trim());
        }

        r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(r.Name)}> is no kind of name");
        return Missing.Name;
    }

    public static void WriteAccess(XerWriter w, VariableAccess access)
    {
        if (access is VariableAccess.Named named)
        {
            w.Start("variableListName"u8);
            WriteName(w, named.Name);
            w.End("variableListName"u8);
        }
        else
        {
            WriteList(w, ((VariableAccess.List)access).Items);
        }
    }

    public static void WriteList(XerWriter w, ValueList<VariableSpecification> items)
    {
        w.Start("listOfVariable"u8);
        foreach (var item in items)
        {
            w.Start("SEQUENCE"u8);
            w.Start("variableSpecification"u8);
            w.Start("name"u8);
            WriteName(w, item.Name);
            w.End("name"u8);
            w.End("variableSpecification"u8);
            if (item.AlternateAccess.Count > 0)
            {
                WriteAlternateAccess(w, item.AlternateAccess, 0);
            }

            w.End("SEQUENCE"u8);
        }

        w.End("listOfVariable"u8);
    }

    /// <summary>Reads the specification inside the element being read, and its end tag.</summary>
    public static VariableAccess ReadAccess(ref XerReader r)
    {
        VariableAccess access = new VariableAccess.List([]);
        if (!r.Choice())
        {
            return access;
        }

        if (r.Name.SequenceEqual("listOfVariable"u8))
        {
            access = new VariableAccess.List(ReadList(ref r));
        }
        else if (r.Name.SequenceEqual("variableListName"u8))
        {
            access = new VariableAccess.Named(ReadName(ref r));
        }
        else
        {
            r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(r.Name)}> is no variable access");
        }

        r.EndChoice();
        return access;
    }

    /// <summary>Reads the items of the list being read, and its end tag.</summary>
    public static ValueList<VariableSpecification> ReadList(ref XerReader r)
    {
        var items = new List<VariableSpecification>();
        while (r.NextChild())
        {
            items.Add(r.Name.SequenceEqual("variableSpecification"u8) ? new(ReadVariable(ref r)) : ReadItem(ref r));
        }

        return items.ToValueList();
    }

    private static readonly XerFields<(ObjectName? Name, ValueList<AccessStep>? Steps)> ItemFields = new(
        ("variableSpecification", static (ref r, ref p) => p.Name = ReadVariable(ref r)),
        ("alternateAccess", static (ref r, ref p) => p.Steps = ReadSteps(ref r)));

    private static VariableSpecification ReadItem(ref XerReader r)
    {
        var (name, steps) = ItemFields.Read(ref r);
        if (name is null)
        {
            r.Fail(XerFault.InvalidArgument, "an item of listOfVariable without variableSpecification");
        }

        return new(name ?? Missing.Name, steps ?? []);
    }

    private static ValueList<AccessStep> ReadSteps(ref XerReader r)
    {
        var steps = new List<AccessStep>();
        ReadAlternateAccess(ref r, steps);
        return steps.ToValueList();
    }

    private static ObjectName ReadVariable(ref XerReader r)
    {
        var name = Missing.Name;
        if (r.Choice())
        {
            if (r.Name.SequenceEqual("name"u8))
            {
                name = ReadName(ref r);
            }
            else
            {
                r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(r.Name)}>: variables are given by name");
            }
        }

        r.EndChoice();
        return name;
    }

    private static void WriteAlternateAccess(XerWriter w, ValueList<AccessStep> steps, int at)
    {
        w.Start("alternateAccess"u8);
        if (at == steps.Count - 1)
        {
            w.Start("selectAccess"u8);
            WriteStep(w, steps[at]);
            w.End("selectAccess"u8);
        }
        else
        {
            w.Start("selectAlternateAccess"u8);
            w.Start("accessSelection"u8);
            WriteStep(w, steps[at]);
            w.End("accessSelection"u8);
            WriteAlternateAccess(w, steps, at + 1);
            w.End("selectAlternateAccess"u8);
        }

        w.End("alternateAccess"u8);
    }

    private static void WriteStep(XerWriter w, AccessStep step)
    {
        switch (step)
        {
            case AccessStep.Component component:
                w.Text("component"u8, component.Name);
                break;
            case AccessStep.Index index:
                w.Number("index"u8, index.Number);
                break;
            case AccessStep.IndexRange range:
                w.Start("indexRange"u8);
                w.Number("lowIndex"u8, range.Low);
                w.Number("numberOfElements"u8, range.Count);
                w.End("indexRange"u8);
                break;
            default:
                w.Empty("allElements"u8);
                break;
        }
    }

    private static void ReadAlternateAccess(ref XerReader r, List<AccessStep> steps)
    {
        if (steps.Count > 32)
        {
            r.Fail(XerFault.MaxRecursionExceeded, "alternate access nested too deep");
            return;
        }

        if (!r.Choice())
        {
            return;
        }

        if (r.Name.SequenceEqual("unnamed"u8) || DataCodec.IsWrapper(r.Name))
        {
            ReadAlternateAccess(ref r, steps);
        }
        else if (r.Name.SequenceEqual("selectAccess"u8))
        {
            ReadStep(ref r, steps);
        }
        else if (r.Name.SequenceEqual("selectAlternateAccess"u8))
        {
            SelectAlternateFields.Read(ref r, steps);
        }
        else
        {
            r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(r.Name)}> in an alternate access");
        }

        r.EndChoice();
    }

    private static readonly XerFields<List<AccessStep>> SelectAlternateFields = new(
        ("accessSelection", static (ref r, ref p) => ReadStep(ref r, p)),
        ("alternateAccess", static (ref r, ref p) => ReadAlternateAccess(ref r, p)));

    private static void ReadStep(ref XerReader r, List<AccessStep> steps)
    {
        if (!r.Choice())
        {
            return;
        }

        if (r.Name.SequenceEqual("component"u8))
        {
            var name = r.Text().Trim();
            if (name.Contains('$', StringComparison.Ordinal) || name.Length == 0)
            {
                r.Fail(XerFault.InvalidArgument, "a component is one name, without $");
            }

            steps.Add(new AccessStep.Component(name));
        }
        else if (r.Name.SequenceEqual("index"u8))
        {
            steps.Add(new AccessStep.Index(r.Unsigned32()));
        }
        else if (r.Name.SequenceEqual("indexRange"u8))
        {
            steps.Add(ReadRange(ref r));
        }
        else if (r.Name.SequenceEqual("allElements"u8))
        {
            r.Skip();
            steps.Add(new AccessStep.AllElements());
        }
        else
        {
            r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(r.Name)}> selects nothing");
        }

        r.EndChoice();
    }

    private static readonly XerFields<(uint Low, uint Count)> RangeFields = new(
        ("lowIndex", static (ref r, ref p) => p.Low = r.Unsigned32()),
        ("numberOfElements", static (ref r, ref p) => p.Count = r.Unsigned32()));

    private static AccessStep.IndexRange ReadRange(ref XerReader r)
    {
        var (low, count) = RangeFields.Read(ref r);
        return new(low, count);
    }
}
