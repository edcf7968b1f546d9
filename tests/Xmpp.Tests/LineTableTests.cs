namespace DerAgent.Xmpp.Tests;

/// <summary>The table of a connection, walked as a whole: every phase and input, what is done, and what is not.</summary>
public sealed class LineTableTests
{
    private static readonly Dictionary<LinePhase, Dictionary<LineInput, (LinePhase, LineAction)>> Expected = new()
    {
        [LinePhase.Idle] = new()
        {
            [LineInput.Bound] = (LinePhase.Serving, LineAction.Begin),
            [LineInput.Resumed] = (LinePhase.Idle, LineAction.Refuse),
        },
        [LinePhase.Serving] = new()
        {
            [LineInput.Bound] = (LinePhase.Serving, LineAction.Refuse),
            [LineInput.Resumed] = (LinePhase.Serving, LineAction.Refuse),
            [LineInput.Stanza] = (LinePhase.Serving, LineAction.Take),
            [LineInput.Acknowledged] = (LinePhase.Serving, LineAction.Forget),
            [LineInput.AcknowledgeAsked] = (LinePhase.Serving, LineAction.Acknowledge),
            [LineInput.Room] = (LinePhase.Serving, LineAction.Write),
            [LineInput.Tick] = (LinePhase.Serving, LineAction.Watch),
            [LineInput.Broken] = (LinePhase.Resumable, LineAction.Suspend),
            [LineInput.Ended] = (LinePhase.Idle, LineAction.GiveUp),
            [LineInput.Quiet] = (LinePhase.Quieting, LineAction.Ask),
        },
        [LinePhase.Quieting] = new()
        {
            [LineInput.Bound] = (LinePhase.Quieting, LineAction.Refuse),
            [LineInput.Resumed] = (LinePhase.Quieting, LineAction.Refuse),
            [LineInput.Stanza] = (LinePhase.Quieting, LineAction.Take),
            [LineInput.Acknowledged] = (LinePhase.Quieting, LineAction.Forget),
            [LineInput.AcknowledgeAsked] = (LinePhase.Quieting, LineAction.Acknowledge),
            [LineInput.Room] = (LinePhase.Quieting, LineAction.WriteControl),
            [LineInput.Tick] = (LinePhase.Quieting, LineAction.Watch),
            [LineInput.Broken] = (LinePhase.Resumable, LineAction.Suspend),
            [LineInput.Ended] = (LinePhase.Idle, LineAction.GiveUp),
            [LineInput.HandOver] = (LinePhase.HandingOver, LineAction.Freeze),
            [LineInput.Return] = (LinePhase.Serving, LineAction.CarryOn),
        },
        [LinePhase.Resumable] = new()
        {
            [LineInput.Bound] = (LinePhase.Serving, LineAction.Begin),
            [LineInput.Resumed] = (LinePhase.Serving, LineAction.GoOn),
            [LineInput.Ended] = (LinePhase.Idle, LineAction.GiveUp),
        },
        [LinePhase.HandingOver] = new()
        {
            [LineInput.Bound] = (LinePhase.HandingOver, LineAction.Refuse),
            [LineInput.Resumed] = (LinePhase.Serving, LineAction.GoOn),
            [LineInput.Stanza] = (LinePhase.HandingOver, LineAction.Hold),
            [LineInput.Acknowledged] = (LinePhase.HandingOver, LineAction.Hold),
            [LineInput.AcknowledgeAsked] = (LinePhase.HandingOver, LineAction.Hold),
            [LineInput.Return] = (LinePhase.Serving, LineAction.CarryOn),
            [LineInput.Broken] = (LinePhase.Orphaned, LineAction.Park),
            [LineInput.Ended] = (LinePhase.Orphaned, LineAction.Park),
        },
        [LinePhase.Orphaned] = new()
        {
            [LineInput.Bound] = (LinePhase.Orphaned, LineAction.Refuse),
            [LineInput.Resumed] = (LinePhase.Serving, LineAction.GoOn),
            [LineInput.Return] = (LinePhase.Serving, LineAction.CarryOn),
        },
    };

    public static TheoryData<int, int> All() =>
        [.. Enum.GetValues<LinePhase>().SelectMany(p => Enum.GetValues<LineInput>().Select(i => ((int)p, (int)i)))];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_input_in_every_phase(int phase, int input)
    {
        var from = (LinePhase)phase;
        Assert.Equal(Expected[from].GetValueOrDefault((LineInput)input, (from, LineAction.Ignore)), LineTable.Next(from, (LineInput)input));
    }
}
