using CsCheck;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>QueryLogByTime, QueryLogAfter and InitializeJournal over times and pages (IEC 61850-7-2 §17.3.5): also where the clock was set back.</summary>
public sealed class JournalTests
{
    private const string Position = "CSWI1$ST$Pos$stVal";
    private static readonly IedModel Model = TestIed.Load(TestScl.Shipped);
    private static readonly ObjectName Log = ObjectName.In("PV1LD0", "LLN0$GeneralLog");
    private readonly MemoryStore _store = new(20_000);
    private readonly TestIed _ied;
    private readonly List<DateTimeOffset> _times = [];
    private Association _peer;
    private int _position;

    public JournalTests()
    {
        _ied = new(Model, null, _store);
        _peer = Reader(_ied);
    }

    [Fact] // 5 000 entries at 8 192 octets, a clock step back in the middle: the union of the pages is the log, each once
    public void The_union_of_the_pages_is_the_log()
    {
        for (var i = 0; i < 5_000; i++)
        {
            Happen(i == 2_500 ? -600 : 0.25);
        }

        var pages = Pages(_ied, Reader(_ied, 8_192), new(Log));

        Assert.All(pages, p => Assert.InRange(MmsCodec.ToArray(new ConfirmedResponse(1, p), MmsDialect.Ed2018).Length, pages[^1] == p ? 0 : 7_000, 8_192));
        Assert.Equal(_times, pages.SelectMany(p => p.Entries).Select(e => e.Time.ToDateTimeOffset()));
        Assert.Equal(5_000, pages.SelectMany(p => p.Entries).Select(e => e.Id).Distinct().Count());
    }

    [Fact] // both ends are included; a missing one is open
    public void A_query_by_time_includes_both_ends()
    {
        Happen(0, 1, 1, 1);
        var start = _times[0];
        Assert.Equal([1, 2], ByTime(start.AddSeconds(1), start.AddSeconds(2)));
        Assert.Equal([0, 1], ByTime(null, start.AddSeconds(1)));
        Assert.Equal([2, 3], ByTime(start.AddSeconds(2), null));
        Assert.Equal([0, 1, 2, 3], ByTime(null, null));
        Assert.Empty(ByTime(start.AddSeconds(2.5), start.AddSeconds(2.6)));
        Assert.Empty(ByTime(start.AddSeconds(2), start.AddSeconds(1)));
    }

    [Fact] // the entry itself is excluded; of an unknown one its time counts
    public void A_query_after_an_entry_excludes_it()
    {
        Happen(0, 1, 1);
        var all = Ask(new(Log)).Entries;
        Assert.Equal([1, 2], After(all[0].Time, all[0].Id));
        Assert.Empty(After(all[2].Time, all[2].Id));
        Assert.Equal([2], After(all[1].Time, OctetString.Of([9, 9, 9, 9, 9, 9, 9, 9])));
        Assert.Equal([0, 1, 2], After(default, OctetString.Of(new byte[8])));
        Assert.Equal([0, 1, 2], After(default, OctetString.Of([1])));

        // By MMS it may also begin with an entry, end by time, or after a number.
        Assert.Equal([1, 2], Indices(Ask(new(Log, StartingEntry: all[1].Id))));
        Assert.Empty(Indices(Ask(new(Log, StartingEntry: OctetString.Of(new byte[8])))));
        Assert.Equal([1], Indices(Ask(new(Log, StartingEntry: all[1].Id, NumberOfEntries: 1))));
        Assert.False(Ask(new(Log, NumberOfEntries: 1)).MoreFollows);
        Assert.Equal([1], Indices(Ask(new(Log, EndingTime: all[1].Time, StartAfter: new(all[0].Time, all[0].Id)))));
        Assert.IsType<ConfirmedError>(_ied.Ask(_peer, new ReadJournalRequest(Log, StartingEntry: all[1].Id, NumberOfEntries: -2)));
    }

    [Fact] // InitializeJournal: all of it, up to an entry, up to a time; OldEntr and NewEntr follow
    public void A_log_is_emptied_as_far_as_it_is_wanted()
    {
        Happen(0, 1, 1, 1, 1, 1);
        var all = Ask(new(Log)).Entries;
        Assert.Equal(2u, Initialize(all[1].Time, all[1].Id));
        Assert.Equal((all[2].Id, all[5].Id), Ends());
        Assert.Equal(1u, Initialize(all[2].Time, null));
        Assert.Equal(0u, Initialize(all[2].Time, null));
        Assert.Equal([3, 4, 5], ByTime(null, null));
        Assert.Equal(3u, Initialize(null, null));
        Assert.Empty(Ask(new(Log)).Entries);
        Assert.Equal((OctetString.Of(new byte[8]), OctetString.Of(new byte[8])), Ends());

        Happen(1);
        Assert.Single(Ask(new(Log)).Entries);
        Assert.Equal(["2", "1", "0", "3"], TestRecords.Of(_store).Where(r => r.Remark.EndsWith("entries of the log were removed", StringComparison.Ordinal)).Select(r => r.Remark.Split(' ')[0]));
        Assert.Single(Ask(new(Log), new(Model, null, _store)).Entries);
    }

    [Fact] // logAge
    public void What_is_too_old_goes()
    {
        var ied = new TestIed(Model, new() { LogAge = TimeSpan.FromDays(30) }, _store);
        var peer = Reader(ied);
        for (var day = 0; day < 60; day++)
        {
            ied.Measure(Position, CodedEnum.ToValue(1 + (day % 2)));
            ied.Advance(86_400);
        }

        var left = ied.Ask<ReadJournalResponse>(peer, new ReadJournalRequest(Log)).Entries;
        Assert.Equal(30, left.Count);
        Assert.Equal(left[0].Time.ToValue(), ied.Read(peer, "LLN0$LG$EventLog$OldEntrTm").Value);
    }

    [Fact] // the store has room for so many: the oldest go, and OldEntr says so
    public void What_has_no_room_goes()
    {
        var ied = new TestIed(Model, null, new MemoryStore(100));
        var peer = Reader(ied);
        for (var i = 0; i < 250; i++)
        {
            ied.Measure(Position, CodedEnum.ToValue(1 + (i % 2)));
            ied.Advance(1);
        }

        var left = All(ied, peer, new(Log));
        Assert.Equal(100, left.Count);
        Assert.Equal((left[0].Id, left[99].Id), Ends(ied, peer));
    }

    [Fact] // whatever the clock does: what is found is what looking at every entry finds, also by the next process
    public void Queries_find_what_looking_at_every_entry_finds() => Gen.Select(Gen.Double[-20, 30].Array[1, 120], Gen.Int[0, 1_000].Array[10]).Sample(
        (steps, asks) =>
        {
            var tests = new JournalTests();
            tests.Happen(steps);
            var after = new TestIed(Model, null, tests._store, null, new(tests._ied.Time.GetUtcNow()));
            var all = All(tests._ied, tests._peer, new(Log));
            foreach (var ask in asks)
            {
                var (from, until) = (tests._times[ask % steps.Length].AddSeconds((ask % 7) - 3), tests._times[ask * 7 % steps.Length].AddSeconds(ask % 5));
                var expected = Enumerable.Range(0, steps.Length).Where(i => tests._times[i] >= Cut(from) && tests._times[i] <= Cut(until)).ToList();
                Assert.Equal(expected.Select(i => all[i].Id), All(tests._ied, tests._peer, new(Log, EntryTime.From(from), EndingTime: EntryTime.From(until))).Select(e => e.Id));
                Assert.Equal(expected.Select(i => all[i].Id), All(after, Reader(after), new(Log, EntryTime.From(from), EndingTime: EntryTime.From(until))).Select(e => e.Id));
            }

            // Removing by time removes those, and those alone.
            var limit = tests._times[asks[0] % steps.Length];
            Assert.Equal((uint)tests._times.Count(t => t <= limit), tests.Initialize(EntryTime.From(limit), null));
            Assert.Equal(Enumerable.Range(0, steps.Length).Where(i => tests._times[i] > limit).Select(i => all[i].Id), All(tests._ied, tests._peer, new(Log)).Select(e => e.Id));
        },
        iter: 300,
        threads: 1);

    private static DateTimeOffset Cut(DateTimeOffset time) => EntryTime.From(time).ToDateTimeOffset();

    private static Association Reader(TestIed ied, int pduSize = 1_000_000) => ied.Associate("log@dso.example/1", (Right)0xFFF, pduSize: pduSize);

    /// <summary>Something happens after each of these times; the clock may be set back.</summary>
    private void Happen(params double[] pauses)
    {
        foreach (var pause in pauses)
        {
            if (pause >= 0)
            {
                _ied.Advance(pause);
            }
            else
            {
                _ied.Time.AdjustTime(_ied.Time.GetUtcNow().AddSeconds(pause));
            }

            _times.Add(Cut(_ied.Time.GetUtcNow()));

            // Two values in turn, and a quality that changes each time: there is a change whatever the clock says.
            _position++;
            _ied.Measure(Position, CodedEnum.ToValue(1 + (_position % 2)));
        }
    }

    private List<int> ByTime(DateTimeOffset? from, DateTimeOffset? until) =>
        Indices(Ask(new(Log, from is { } start ? EntryTime.From(start) : null, EndingTime: until is { } end ? EntryTime.From(end) : null)));

    private List<int> After(EntryTime time, OctetString id) => Indices(Ask(new(Log, StartAfter: new(time, id))));

    private List<int> Indices(ReadJournalResponse answer)
    {
        var places = new List<int>();
        foreach (var entry in answer.Entries)
        {
            places.Add(_times.FindIndex((places.Count == 0 ? -1 : places[^1]) + 1, t => t == entry.Time.ToDateTimeOffset()));
        }

        return places;
    }

    private ReadJournalResponse Ask(ReadJournalRequest request, TestIed? ied = null) => (ied ?? _ied).Ask<ReadJournalResponse>(ied is null ? _peer : Reader(ied), request);

    private uint Initialize(EntryTime? time, OctetString? entry) => _ied.Ask<InitializeJournalResponse>(_peer, new InitializeJournalRequest(Log, time, entry)).Deleted;

    private (OctetString Old, OctetString New) Ends() => Ends(_ied, _peer);

    private static (OctetString Old, OctetString New) Ends(TestIed ied, Association peer)
    {
        OctetString Of(string name) => OctetString.Of(ied.Read(peer, $"LLN0$LG$EventLog${name}").Value.AsOctets().ToArray());
        return (Of("OldEntr"), Of("NewEntr"));
    }

    private static List<JournalEntry> All(TestIed ied, Association peer, ReadJournalRequest request) => [.. Pages(ied, peer, request).SelectMany(p => p.Entries)];

    /// <summary>A query with all that follow it: each goes on after the last entry of the one before, up to the same time.</summary>
    private static List<ReadJournalResponse> Pages(TestIed ied, Association peer, ReadJournalRequest request)
    {
        var pages = new List<ReadJournalResponse>();
        while (pages.Count == 0 || pages[^1].MoreFollows)
        {
            var next = pages.Count == 0 ? request : request with { StartAfter = new(pages[^1].Entries[^1].Time, pages[^1].Entries[^1].Id) };
            pages.Add(ied.Ask<ReadJournalResponse>(peer, next));
        }

        return pages;
    }
}
