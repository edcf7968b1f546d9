using DerAgent.Acsi;
using DerAgent.Model;

namespace DerAgent.Benchmarks;

/// <summary>What the agent's loop does after a message, on the thread that measures: takes steps, commits, carries out what may leave; octets of reports are on the line at once.</summary>
/// <param name="server">The server.</param>
/// <param name="outbox">Its outbox.</param>
/// <param name="commit">Commits.</param>
internal sealed class ServerPump(AcsiServer server, Outbox outbox, Func<IReadOnlyList<StateChange>, CommitResult> commit)
{
    /// <summary>Reports that left.</summary>
    public long Reports { get; private set; }

    /// <summary>Runs until nothing is left to do; the last effect.</summary>
    public AcsiEffect? Run()
    {
        AcsiEffect? last = null;
        bool any;
        do
        {
            any = false;
            outbox.Take();
            while (outbox.NextCommit() is { } changes)
            {
                outbox.Succeeded(commit(changes));
            }

            while (outbox.TryTake(out var effect))
            {
                (last, any) = (effect, true);
                if (effect is AcsiEffect.SendReport report)
                {
                    Reports++;
                    server.ReportSent(report.Association, report.Ticket);
                }
            }
        }
        while (any);

        return last;
    }
}

/// <summary>No hardware.</summary>
internal sealed class NoOutput : IProcessOutput
{
    public bool IsBound(DataNode leaf) => false;

    public void Start(ProcessCommand command)
    {
    }

    public void LetGo(DataNode leaf)
    {
    }

    public void ShowFailSafe(DataNode leaf, bool isActive, bool isExpired, bool isBlocked)
    {
        // Nobody looks.
    }

    public void Withdraw(long id)
    {
    }
}
