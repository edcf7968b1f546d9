using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>The state machine of a control object (IEC 61850-7-2 §20.2): for every state and event its successor and its effects, absent ones too.</summary>
public sealed class ControlTransitionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly AssociationKey Client = new("dso", "control@dso.example/1", "1");
    private static readonly ControlParameters Parameters = new(default, DataValue.Boolean(true), Timestamp.From(Now.AddMinutes(1)), 3, DataValue.Octets([1]), DataValue.Unsigned(1), false, default)
    {
        Node = TestIed.PvInverter().Model.Node("PV1LD0", "CSWI1$CO$Pos$Oper")!,
    };

    /// <summary>Phase (and whether taken), event, kind of object, successor, effects. What is not here leaves everything as it is.</summary>
    private static readonly (string State, string Event, string Kinds, string Next, string Effects)[] Rows =
    [
        ("Unselected", "Select", "*", "Ready", "ShowSelected"),
        ("Unselected", "Operate", "*", "Executing", "ShowReceived Execute"),
        ("Unselected", "OperateLater", "*", "Waiting", ""),
        ("Ready", "Operate", "*", "Executing", "ShowReceived Execute"),
        ("Ready", "OperateLater", "*", "Waiting", ""),
        ("Ready", "Cancel", "*", "Unselected", "ShowUnselected"),
        ("Ready", "Contradict", "*", "Unselected", "ShowUnselected"),
        ("Ready", "SelectionOver", "*", "Unselected", "ShowUnselected"),
        ("Ready", "ClientGone", "*", "Unselected", "ShowUnselected"),
        ("Waiting", "Activate", "*", "Executing", "ReportActivation ShowReceived Execute"),
        ("Waiting", "RefuseActivation", "once", "Unselected", "ReportRefusal ShowUnselected"),
        ("Waiting", "RefuseActivation", "many", "Ready", "ReportRefusal"),
        ("Waiting", "Cancel", "normal", "Unselected", "ShowUnselected"),
        ("Waiting", "Cancel", "enhanced", "Unselected", "TerminateBadly ShowUnselected"),
        ("Waiting", "ClientGone", "*", "Waiting, client gone", ""),
        ("Executing", "Taken", "normal", "Executing taken", "ShowTaken AnswerSuccess"),
        ("Executing", "Taken", "enhanced", "Executing taken", "ShowTaken"),
        ("Executing", "Done", "normal once", "Unselected", "ShowTaken AnswerSuccess ShowOver ShowUnselected"),
        ("Executing", "Done", "normal many", "Ready", "ShowTaken AnswerSuccess ShowOver"),
        ("Executing", "Done", "enhanced once", "Unselected", "ShowTaken ShowOver TerminateWell ShowUnselected"),
        ("Executing", "Done", "enhanced many", "Ready", "ShowTaken ShowOver TerminateWell"),
        ("Executing taken", "Done", "normal once", "Unselected", "ShowOver ShowUnselected"),
        ("Executing taken", "Done", "normal many", "Ready", "ShowOver"),
        ("Executing taken", "Done", "enhanced once", "Unselected", "ShowOver TerminateWell ShowUnselected"),
        ("Executing taken", "Done", "enhanced many", "Ready", "ShowOver TerminateWell"),
        ("Executing", "Failed", "normal once", "Unselected", "AnswerFailure ShowOver ShowUnselected"),
        ("Executing", "Failed", "normal many", "Ready", "AnswerFailure ShowOver"),
        ("Executing", "Failed", "enhanced once", "Unselected", "ShowOver TerminateBadly ShowUnselected"),
        ("Executing", "Failed", "enhanced many", "Ready", "ShowOver TerminateBadly"),
        ("Executing taken", "Failed", "normal once", "Unselected", "ShowOver ShowUnselected"),
        ("Executing taken", "Failed", "normal many", "Ready", "ShowOver"),
        ("Executing taken", "Failed", "enhanced once", "Unselected", "ShowOver TerminateBadly ShowUnselected"),
        ("Executing taken", "Failed", "enhanced many", "Ready", "ShowOver TerminateBadly"),
        ("Executing", "TimeLimitOver", "normal once", "Unselected", "Withdraw AnswerFailure ShowOver ShowUnselected"),
        ("Executing", "TimeLimitOver", "normal many", "Ready", "Withdraw AnswerFailure ShowOver"),
        ("Executing", "TimeLimitOver", "enhanced once", "Unselected", "Withdraw ShowOver TerminateBadly ShowUnselected"),
        ("Executing", "TimeLimitOver", "enhanced many", "Ready", "Withdraw ShowOver TerminateBadly"),
        ("Executing taken", "TimeLimitOver", "normal once", "Unselected", "Withdraw ShowOver ShowUnselected"),
        ("Executing taken", "TimeLimitOver", "normal many", "Ready", "Withdraw ShowOver"),
        ("Executing taken", "TimeLimitOver", "enhanced once", "Unselected", "Withdraw ShowOver TerminateBadly ShowUnselected"),
        ("Executing taken", "TimeLimitOver", "enhanced many", "Ready", "Withdraw ShowOver TerminateBadly"),
        ("Executing", "ClientGone", "*", "Executing, client gone", ""),
        ("Executing taken", "ClientGone", "*", "Executing taken, client gone", ""),
    ];

    public static TheoryData<string, string, bool, bool> Everything()
    {
        var data = new TheoryData<string, string, bool, bool>();
        foreach (var state in new[] { "Unselected", "Ready", "Waiting", "Executing", "Executing taken" })
        {
            foreach (var happens in Enum.GetNames<ControlEvent>())
            {
                foreach (var (isEnhanced, keeps) in new[] { (false, false), (false, true), (true, false), (true, true) })
                {
                    data.Add(state, happens, isEnhanced, keeps);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Every_state_and_event_has_its_successor_and_effects(string state, string happens, bool isEnhanced, bool keeps)
    {
        var traits = new ControlTraits(IsSbo: true, isEnhanced, keeps, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(65));
        var before = state == "Unselected" ? ControlState.Idle : new(Enum.Parse<ControlPhase>(state.Split(' ')[0]), Client, Client.BarePeer, Parameters, Now, state.EndsWith("taken", StringComparison.Ordinal));
        var (next, effects) = ControlTransitions.Next(before, new(Enum.Parse<ControlEvent>(happens), Client, Parameters), traits, Now);
        var kinds = new[] { isEnhanced ? "enhanced" : "normal", keeps ? "many" : "once" };
        var row = Array.Find(Rows, r => r.State == state && r.Event == happens && (r.Kinds == "*" || Array.TrueForAll(r.Kinds.Split(' '), kinds.Contains)));
        if (row.State is null)
        {
            Assert.Equal(before, next);
            Assert.Empty(effects);
            return;
        }

        Assert.Equal(row.Effects, string.Join(' ', effects));
        Assert.Equal(Expected(row.Next, before), next);
    }

    [Fact] // operate-many keeps the selection while its client is there, and only then
    public void Without_its_client_no_selection_is_kept()
    {
        var traits = new ControlTraits(IsSbo: true, IsEnhanced: true, KeepsSelection: true, TimeSpan.FromSeconds(30), null);
        var gone = new ControlState(ControlPhase.Executing, null, Client.BarePeer, Parameters, null, true);
        Assert.Equal(ControlState.Idle, ControlTransitions.Next(gone, new(ControlEvent.Done), traits, Now).Next);
        var direct = traits with { IsSbo = false };
        Assert.Equal(ControlState.Idle, ControlTransitions.Next(gone with { Client = Client }, new(ControlEvent.Done), direct, Now).Next);
    }

    private static ControlState Expected(string next, ControlState before) => next switch
    {
        "Unselected" => ControlState.Idle,
        "Ready" => new(ControlPhase.Ready, Client, Client.BarePeer, Parameters, Now.AddSeconds(30), false),
        "Waiting" => new(ControlPhase.Waiting, Client, Client.BarePeer, Parameters, Now.AddMinutes(1), false),
        "Executing" => new(ControlPhase.Executing, Client, Client.BarePeer, Parameters, Now.AddSeconds(65), false),
        "Executing taken" => before with { IsTaken = true },
        _ => before with { Client = null },
    };
}
