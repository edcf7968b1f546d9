namespace DerAgent.Acsi;

/// <summary>The file tasks under way: starts them, and hands their outcomes to whoever waits for them.</summary>
internal sealed class FileTasks(StepJournal journal, Queue<AcsiEffect> effects)
{
    private readonly UndoDictionary<long, Action<FileOutcome>> _waiting = new(journal);
    private long _last;

    /// <summary>An id that nothing had before: of a task, a handle, a question.</summary>
    public long NewId() => ++_last;

    /// <summary>Starts a task whose outcome nobody waits for.</summary>
    public void Start(FileTask task) => effects.Enqueue(new AcsiEffect.Files(task));

    /// <summary>Starts a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="then">Takes its outcome, in a step of its own.</param>
    public void Start(FileTask task, Action<FileOutcome> then)
    {
        _waiting.Set(task.Id, then);
        Start(task);
    }

    /// <summary>A task has its outcome.</summary>
    public void Done(long id, FileOutcome outcome)
    {
        if (_waiting.Remove(id, out var then))
        {
            then(outcome);
        }
    }
}
