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

    private static readonly XerFields<(OctetString Id, (EntryTime Time, ValueList<JournalVariable>? Variables) Content)> EntryFields = new(
        ("entryIdentifier", static (ref r, ref p) => p.Id = r.Hex()),
        ("originatingApplication", static (ref r, ref _) => r.Skip()),
        ("entryContent", static (ref r, ref p) => p.Content = ContentFields!.Read(ref r)));

    // MMS spells occurenceTime; some write occurrenceTime.
    private static readonly XerFields<(EntryTime Time, ValueList<JournalVariable>? Variables)> ContentFields = new(
        ("occurenceTime|occurrenceTime", static (ref r, ref p) => p.Time = JournalCodec.ReadTime(ref r)),
        ("entryForm", static (ref r, ref p) => p.Variables = ReadForm(ref r)));

    private static readonly XerFields<ValueList<JournalVariable>> DataFields = new(
        ("listOfVariables", static (ref r, ref p) => p = XerList.Read(ref r, ReadVariable)));

    private static readonly XerFields<(string Tag, DataValue Value)> VariableFields = new(
        ("variableTag", static (ref r, ref p) => p.Tag = r.Text()),
        ("valueSpecification", static (ref r, ref p) => p.Value = ReadValue(ref r)));

    public static JournalEntry Read(ref XerReader r)
    {
        var (id, content) = EntryFields.Read(ref r);
        return new(id, content.Time, content.Variables ?? []);
    }

    private static ValueList<JournalVariable> ReadForm(ref XerReader r)
    {
        if (!r.Choice())
        {
            return [];
        }

        ValueList<JournalVariable> variables = [];
        if (r.Name.SequenceEqual("data"u8))
        {
            variables = DataFields.Read(ref r, []);
        }
        else
        {
            r.Unknown();
        }

        r.EndChoice();
        return variables;
    }

    private static JournalVariable ReadVariable(ref XerReader r)
    {
        var (tag, value) = VariableFields.Read(ref r, ("", DataValue.Boolean(false)));
        return new(tag, value);
    }

    private static DataValue ReadValue(ref XerReader r)
    {
        if (!r.Choice())
        {
            return DataValue.Boolean(false);
        }

        var value = DataCodec.ReadItem(ref r, 1);
        r.EndChoice();
        return value;
    }
}
