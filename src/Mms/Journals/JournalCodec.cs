using DerAgent.Model;

namespace DerAgent.Mms;

/// <summary>ReadJournal and InitializeJournal (ISO 9506-2 §16).</summary>
internal static class JournalCodec
{
    public static void Write(XerWriter w, ReadJournalRequest request)
    {
        w.Start("readJournal"u8);
        WriteName(w, request.Journal);
        if (request.StartingTime is not null || request.StartingEntry is not null)
        {
            w.Start("rangeStartSpecification"u8);
            WriteTime(w, "startingTime"u8, request.StartingTime);
            WriteEntry(w, "startingEntry"u8, request.StartingTime is null ? request.StartingEntry : null);
            w.End("rangeStartSpecification"u8);
        }

        if (request.EndingTime is not null || request.NumberOfEntries is not null)
        {
            w.Start("rangeStopSpecification"u8);
            WriteTime(w, "endingTime"u8, request.EndingTime);
            if (request.EndingTime is null)
            {
                w.Number("numberOfEntries"u8, request.NumberOfEntries ?? 0);
            }

            w.End("rangeStopSpecification"u8);
        }

        if (request.StartAfter is { } after)
        {
            w.Start("entryToStartAfter"u8);
            WriteTime(w, "timeSpecification"u8, after.Time);
            WriteEntry(w, "entrySpecification"u8, after.Entry);
            w.End("entryToStartAfter"u8);
        }

        w.End("readJournal"u8);
    }

    private static readonly XerFields<(ObjectName? Name, ReadJournalRequest Request)> RequestFields = new(
        ("journalName", static (ref r, ref p) => p.Name = VariableAccessCodec.ReadName(ref r)),
        ("rangeStartSpecification", static (ref r, ref p) => p.Request = ReadStart(ref r, p.Request)),
        ("rangeStopSpecification", static (ref r, ref p) => p.Request = ReadStop(ref r, p.Request)),
        ("entryToStartAfter", static (ref r, ref p) => p.Request = p.Request with { StartAfter = ReadStartAfter(ref r) }));

    public static ReadJournalRequest ReadRequest(ref XerReader r)
    {
        var (name, request) = RequestFields.Read(ref r, (null, new ReadJournalRequest(ObjectName.Vmd(""))));
        if (name is null)
        {
            r.Fail(XerFault.InvalidArgument, "readJournal without journalName");
        }

        return request with { Journal = name ?? ObjectName.Vmd("") };
    }

    public static void Write(XerWriter w, ReadJournalResponse response)
    {
        w.StartWithDefault("readJournal"u8, "moreFollows"u8, XerWriter.Word(response.MoreFollows));
        w.Start("listOfJournalEntry"u8);
        foreach (var entry in response.Entries)
        {
            JournalEntryCodec.Write(w, entry);
        }

        w.End("listOfJournalEntry"u8);
        w.Default("moreFollows"u8, XerWriter.Word(response.MoreFollows));
        w.End("readJournal"u8);
    }

    private static readonly XerFields<(ValueList<JournalEntry> Entries, bool More)> ResponseFields = new(
        ("listOfJournalEntry", static (ref r, ref p) => p.Entries = XerList.Read(ref r, JournalEntryCodec.Read)),
        ("moreFollows", static (ref r, ref p) => p.More = r.Boolean()));

    public static ReadJournalResponse ReadResponse(ref XerReader r)
    {
        // moreFollows has the default FALSE.
        var (entries, more) = ResponseFields.Read(ref r, ([], r.BooleanAttribute("moreFollows"u8) ?? false));
        return new(entries, more);
    }

    public static void Write(XerWriter w, InitializeJournalRequest request)
    {
        w.Start("initializeJournal"u8);
        WriteName(w, request.Journal);
        if (request.LimitingTime is { } time)
        {
            w.Start("limitSpecification"u8);
            WriteTime(w, "limitingTime"u8, time);
            WriteEntry(w, "limitingEntry"u8, request.LimitingEntry);
            w.End("limitSpecification"u8);
        }

        w.End("initializeJournal"u8);
    }

    private static readonly XerFields<(EntryTime? Time, OctetString? Entry)> LimitFields = new(
        ("limitingTime", static (ref r, ref p) => p.Time = ReadTime(ref r)),
        ("limitingEntry", static (ref r, ref p) => p.Entry = r.Hex()));

    private static readonly XerFields<(ObjectName? Name, (EntryTime? Time, OctetString? Entry) Limit)> InitializeFields = new(
        ("journalName", static (ref r, ref p) => p.Name = VariableAccessCodec.ReadName(ref r)),
        ("limitSpecification", static (ref r, ref p) => p.Limit = LimitFields.Read(ref r)));

    public static InitializeJournalRequest ReadInitialize(ref XerReader r)
    {
        var (name, limit) = InitializeFields.Read(ref r);
        if (name is null)
        {
            r.Fail(XerFault.InvalidArgument, "initializeJournal without journalName");
        }

        return new(name ?? ObjectName.Vmd(""), limit.Time, limit.Entry);
    }

    private static void WriteName(XerWriter w, ObjectName name)
    {
        w.Start("journalName"u8);
        VariableAccessCodec.WriteName(w, name);
        w.End("journalName"u8);
    }

    public static void WriteTime(XerWriter w, ReadOnlySpan<byte> name, EntryTime? time)
    {
        if (time is { } value)
        {
            w.Start(name);
            w.Hex(value.ToValue().AsTimeOctets(), 6);
            w.End(name);
        }
    }

    public static void WriteEntry(XerWriter w, ReadOnlySpan<byte> name, OctetString? entry)
    {
        if (entry is { } value)
        {
            w.Octets(name, value);
        }
    }

    public static EntryTime ReadTime(ref XerReader r) => EntryTime.FromOctets(r.HexNumber(6));

    private static ReadJournalRequest ReadStart(ref XerReader r, ReadJournalRequest request)
    {
        if (!r.Choice())
        {
            return request;
        }

        if (r.Name.SequenceEqual("startingTime"u8))
        {
            request = request with { StartingTime = ReadTime(ref r) };
        }
        else if (r.Name.SequenceEqual("startingEntry"u8))
        {
            request = request with { StartingEntry = r.Hex() };
        }
        else
        {
            r.Fail(XerFault.InvalidArgument, "rangeStartSpecification is neither a time nor an entry");
        }

        r.EndChoice();
        return request;
    }

    private static ReadJournalRequest ReadStop(ref XerReader r, ReadJournalRequest request)
    {
        if (!r.Choice())
        {
            return request;
        }

        if (r.Name.SequenceEqual("endingTime"u8))
        {
            request = request with { EndingTime = ReadTime(ref r) };
        }
        else if (r.Name.SequenceEqual("numberOfEntries"u8))
        {
            request = request with { NumberOfEntries = r.Integer32() };
        }
        else
        {
            r.Fail(XerFault.InvalidArgument, "rangeStopSpecification is neither a time nor a number");
        }

        r.EndChoice();
        return request;
    }

    private static readonly XerFields<(EntryTime? Time, OctetString? Entry)> StartAfterFields = new(
        ("timeSpecification", static (ref r, ref p) => p.Time = ReadTime(ref r)),
        ("entrySpecification", static (ref r, ref p) => p.Entry = r.Hex()));

    private static EntryToStartAfter ReadStartAfter(ref XerReader r)
    {
        var (time, entry) = StartAfterFields.Read(ref r);
        if (time is null || entry is null)
        {
            r.Fail(XerFault.InvalidArgument, "entryToStartAfter without time or entry");
        }

        return new(time ?? default, entry ?? default);
    }
}
