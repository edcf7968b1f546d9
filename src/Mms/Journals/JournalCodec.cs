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

    public static ReadJournalRequest ReadRequest(ref XerReader r)
    {
        ObjectName? name = null;
        var request = new ReadJournalRequest(ObjectName.Vmd(""));
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("journalName"u8))
            {
                name = VariableAccessCodec.ReadName(ref r);
            }
            else if (r.Name.SequenceEqual("rangeStartSpecification"u8))
            {
                request = ReadStart(ref r, request);
            }
            else if (r.Name.SequenceEqual("rangeStopSpecification"u8))
            {
                request = ReadStop(ref r, request);
            }
            else if (r.Name.SequenceEqual("entryToStartAfter"u8))
            {
                request = request with { StartAfter = ReadStartAfter(ref r) };
            }
            else
            {
                r.Unknown();
            }
        }

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

    public static ReadJournalResponse ReadResponse(ref XerReader r)
    {
        // moreFollows has the default FALSE.
        var more = r.BooleanAttribute("moreFollows"u8) ?? false;
        var entries = new List<JournalEntry>();
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("listOfJournalEntry"u8))
            {
                while (r.NextChild())
                {
                    entries.Add(JournalEntryCodec.Read(ref r));
                }
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

        return new(entries.ToValueList(), more);
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

    public static InitializeJournalRequest ReadInitialize(ref XerReader r)
    {
        ObjectName? name = null;
        EntryTime? time = null;
        OctetString? entry = null;
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("journalName"u8))
            {
                name = VariableAccessCodec.ReadName(ref r);
            }
            else if (r.Name.SequenceEqual("limitSpecification"u8))
            {
                while (r.NextChild())
                {
                    if (r.Name.SequenceEqual("limitingTime"u8))
                    {
                        time = ReadTime(ref r);
                    }
                    else if (r.Name.SequenceEqual("limitingEntry"u8))
                    {
                        entry = r.Hex();
                    }
                    else
                    {
                        r.Unknown();
                    }
                }
            }
            else
            {
                r.Unknown();
            }
        }

        if (name is null)
        {
            r.Fail(XerFault.InvalidArgument, "initializeJournal without journalName");
        }

        return new(name ?? ObjectName.Vmd(""), time, entry);
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

    private static EntryToStartAfter ReadStartAfter(ref XerReader r)
    {
        EntryTime? time = null;
        OctetString? entry = null;
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("timeSpecification"u8))
            {
                time = ReadTime(ref r);
            }
            else if (r.Name.SequenceEqual("entrySpecification"u8))
            {
                entry = r.Hex();
            }
            else
            {
                r.Unknown();
            }
        }

        if (time is null || entry is null)
        {
            r.Fail(XerFault.InvalidArgument, "entryToStartAfter without time or entry");
        }

        return new(time ?? default, entry ?? default);
    }
}
