using DerAgent.Model;

namespace DerAgent.Mms;

/// <summary>One entry of a journal (ISO 9506-2 §16.1).</summary>
internal static class JournalEntryCodec
{
    public static void Write(XerWriter w, JournalEntry entry)
    {
        w.Start("JournalEntry"u8);
        JournalCodec.WriteEntry(w, "entryIdentifier"u8, entry.Id);
        w.Empty("originatingApplication"u8);
        w.Start("entryContent"u8);
        JournalCodec.WriteTime(w, "occurenceTime"u8, entry.Time);
        w.Start("entryForm"u8);
        w.Start("data"u8);
        w.Start("listOfVariables"u8);
        foreach (var variable in entry.Variables)
        {
            w.Start("SEQUENCE"u8);
            w.Text("variableTag"u8, variable.Tag);
            w.Start("valueSpecification"u8);
            DataCodec.Write(w, variable.Value);
            w.End("valueSpecification"u8);
            w.End("SEQUENCE"u8);
        }

        w.End("listOfVariables"u8);
        w.End("data"u8);
        w.End("entryForm"u8);
        w.End("entryContent"u8);
        w.End("JournalEntry"u8);
    }

    public static JournalEntry Read(ref XerReader r)
    {
        var id = default(OctetString);
        var time = default(EntryTime);
        ValueList<JournalVariable> variables = [];
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("entryIdentifier"u8))
            {
                id = r.Hex();
            }
            else if (r.Name.SequenceEqual("entryContent"u8))
            {
                (time, variables) = ReadContent(ref r);
            }
            else
            {
                r.Unknown();
            }
        }

        return new(id, time, variables);
    }

    private static (EntryTime Time, ValueList<JournalVariable> Variables) ReadContent(ref XerReader r)
    {
        var time = default(EntryTime);
        ValueList<JournalVariable> variables = [];
        while (r.NextChild())
        {
            // MMS spells occurenceTime; some write occurrenceTime.
            if (r.Name.SequenceEqual("occurenceTime"u8) || r.Name.SequenceEqual("occurrenceTime"u8))
            {
                time = JournalCodec.ReadTime(ref r);
            }
            else if (r.Name.SequenceEqual("entryForm"u8))
            {
                variables = ReadForm(ref r);
            }
            else
            {
                r.Unknown();
            }
        }

        return (time, variables);
    }

    private static ValueList<JournalVariable> ReadForm(ref XerReader r)
    {
        var variables = new List<JournalVariable>();
        if (!r.Choice())
        {
            return [];
        }

        if (r.Name.SequenceEqual("data"u8))
        {
            while (r.NextChild())
            {
                if (!r.Name.SequenceEqual("listOfVariables"u8))
                {
                    r.Unknown();
                    continue;
                }

                while (r.NextChild())
                {
                    variables.Add(ReadVariable(ref r));
                }
            }
        }
        else
        {
            r.Unknown();
        }

        r.EndChoice();
        return variables.ToValueList();
    }

    private static JournalVariable ReadVariable(ref XerReader r)
    {
        var tag = "";
        var value = DataValue.Boolean(false);
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("variableTag"u8))
            {
                tag = r.Text();
            }
            else if (r.Name.SequenceEqual("valueSpecification"u8))
            {
                if (r.Choice())
                {
                    value = DataCodec.ReadItem(ref r, 1);
                    r.EndChoice();
                }
            }
            else
            {
                r.Unknown();
            }
        }

        return new(tag, value);
    }
}
