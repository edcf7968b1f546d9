using System.Globalization;
using DerAgent.Mms;
using DerAgent.Model;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Acsi.Tests;

/// <summary>
/// Logs, setting groups and data sets on a store that commits late and fails, and what a client was told of them. After every move the power may be cut: a new
/// server on what was committed is as the client was told.
/// </summary>
internal sealed class DurableServicesWorld
{
    private const string Sgcb = "LLN0$SP$SGCB$";
    private static readonly IedModel Model = TestIed.Load(SettingScl.Text(reservation: 10_000));
    private static readonly ObjectName Log = ObjectName.In("PV1LD0", "LLN0$GeneralLog");
    private readonly LateStore _store = new() { IsPrompt = true };
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
    private readonly TestIed _ied;
    private readonly Association _peer;
    private readonly long[][] _groups = [.. Enumerable.Range(1, 3).Select(g => Enumerable.Range(1, SettingScl.Count).Select(s => SettingScl.Value(g, s)).ToArray())];
    private readonly HashSet<string> _dataSets = [];
    private readonly List<JournalEntry> _shown = [];
    private long[] _edited = [];
    private uint _active = 1;
    private uint _edits;
    private int _read;
    private uint _invokeId;
    private (uint InvokeId, Action<ServiceResponse> Succeeded)? _open;

    public DurableServicesWorld()
    {
        _ied = new(Model, null, _store, null, _time);
        _peer = Associate(_ied);
        _store.IsPrompt = false;
        _read = _ied.Left.Count;
    }

    /// <summary>How many entries of the log the client has seen.</summary>
    public int Shown => _shown.Count;

    public void Move(int kind, int argument)
    {
        switch (kind)
        {
            case 0 or 1:
                _ied.Advance(0.05);
                _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits((ulong)argument % 3, 2));
                break;
            case 2 or 3:
                Ask(Query(_shown.LastOrDefault(), (argument % 5) + 1), a => _shown.AddRange(((ReadJournalResponse)a).Entries));
                break;
            case 4 or 5:
                Edit(argument);
                break;
            case 6:
                var group = (uint)(argument % 3) + 1;
                Write(Sgcb + "ActSG", DataValue.Unsigned(group), () => _active = group);
                break;
            case 7:
                var name = $"LLN0$Set{argument % 3}";
                if (argument % 2 == 0)
                {
                    Ask(new DefineNamedVariableListRequest(ObjectName.In("PV1LD0", name), [new(ObjectName.In("PV1LD0", "MMXU1$MX$TotW"))]), _ => _dataSets.Add(name));
                }
                else
                {
                    Ask(new DeleteNamedVariableListRequest(ScopeOfDelete.Specific, [ObjectName.In("PV1LD0", name)]), _ => _dataSets.Remove(name));
                }

                break;
            case 8 or 9 or 10 when _store.IsBusy:
                _store.Succeed();
                break;
            case 11 when _store.IsBusy:
                _store.Fail(isCarriedOut: argument % 4 == 0);
                break;
            case 12:
                _ied.Advance(argument % 30 / 10.0);
                break;
        }

        _ied.Drain();
        TakeWhatLeft();
    }

    /// <summary>A server that starts on what was committed so far has what the client was told.</summary>
    public void CutPower()
    {
        // What waits for an answer may stand there already, or not.
        if (_store.IsInDoubt || _open is not null)
        {
            return;
        }

        var after = new TestIed(Model, null, _store.AfterPowerCut(), null, new FakeTimeProvider(_time.GetUtcNow()));
        var peer = Associate(after);
        Assert.Equal(_active, after.Read(peer, Sgcb + "ActSG").Value.AsUnsigned());
        Assert.Equal(0u, after.Read(peer, Sgcb + "EditSG").Value.AsUnsigned());
        Assert.Equal(_groups[_active - 1], Values(after, peer, "SG"));
        for (var group = 1u; group <= 3; group++)
        {
            Assert.Null(after.Write(peer, Sgcb + "EditSG", DataValue.Unsigned(group)));
            Assert.Equal(_groups[group - 1], Values(after, peer, "SE"));
        }

        var names = after.Ask<GetNameListResponse>(peer, new GetNameListRequest(ObjectClass.NamedVariableList, NameScope.Domain, "PV1LD0")).Identifiers;
        Assert.Equal(_dataSets.Order(StringComparer.Ordinal), names.Where(n => n.StartsWith("LLN0$Set", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(_shown, after.Ask<ReadJournalResponse>(peer, Query(null, _shown.Count)).Entries);
    }

    private static Association Associate(TestIed ied) =>
        ied.Associate(rights: Right.View | Right.Read | Right.Reporting | Right.Config | Right.SettingGroup | Right.DataSet | Right.Logging);

    private static ReadJournalRequest Query(JournalEntry? last, int count) =>
        last is null ? new(Log, NumberOfEntries: count) : new(Log, NumberOfEntries: count, StartAfter: new(last.Time, last.Id));

    private static IEnumerable<long> Values(TestIed ied, Association peer, string fc) =>
        Enumerable.Range(1, SettingScl.Count).Select(s => ied.Read(peer, SettingScl.Item(fc, s)).Value.AsInteger());

    /// <summary>The next step of an edit: a group is chosen, then some of its values are changed, then they are confirmed.</summary>
    private void Edit(int argument)
    {
        if (_edits == 0)
        {
            var group = (uint)(argument % 3) + 1;
            Write(Sgcb + "EditSG", DataValue.Unsigned(group), () => (_edits, _edited) = (group, [.. _groups[group - 1]]));
        }
        else if (argument % 3 != 0)
        {
            var (setting, value) = (argument % SettingScl.Count, argument);
            Write(SettingScl.Item("SE", setting + 1), DataValue.Integer(value), () => _edited[setting] = value);
        }
        else
        {
            Write(Sgcb + "CnfEdit", DataValue.Boolean(true), () => (_groups[_edits - 1], _edits) = (_edited, 0));
        }
    }

    private void Write(string item, DataValue value, Action succeeded) => Ask(TestIed.Writing(item, value), answer =>
    {
        if (((WriteResponse)answer).Results[0] is null)
        {
            succeeded();
        }
    });

    /// <summary>One request at a time.</summary>
    private void Ask(ServiceRequest service, Action<ServiceResponse> succeeded)
    {
        if (_open is not null)
        {
            return;
        }

        _open = (++_invokeId, succeeded);
        _ied.Server.Handle(_peer, _invokeId.ToString(CultureInfo.InvariantCulture), new ConfirmedRequest(_invokeId, service));
    }

    private void TakeWhatLeft()
    {
        _store.Watch(_ied.Outbox);
        for (; _read < _ied.Left.Count; _read++)
        {
            if (_ied.Left[_read] is not AcsiEffect.Respond { Pdu: var pdu })
            {
                continue;
            }

            var (id, succeeded) = _open!.Value;
            _open = null;
            if (pdu is ConfirmedResponse response)
            {
                Assert.Equal(id, response.InvokeId);
                Committed(response.Service);
                succeeded(response.Service);
            }
        }
    }

    /// <summary>No entry is shown that a power cut would take back.</summary>
    private void Committed(ServiceResponse answer)
    {
        if (answer is ReadJournalResponse { Entries: var entries } && !_store.IsInDoubt)
        {
            Assert.All(entries, e => Assert.Equal(1, _store.Count(Journal.Prefix + "PV1LD0/LLN0$GeneralLog", Id(e) - 1, Id(e))));
        }
    }

    private static long Id(JournalEntry entry) => System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(entry.Id.Span);
}
