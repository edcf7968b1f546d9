using System.Globalization;
using System.Text;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// Logs as CSV files, <c>LD/&lt;LDName&gt;/&lt;LN&gt;.&lt;log&gt;.csv</c> (RFC 4180): made when they are opened, of what the peer may read, as of then. It is made slice by slice,
/// so that nobody waits for it; before that its size is not known, and told as 0.
/// </summary>
internal sealed class LogExports(Journals journals, JournalRights rights, FileRights files, FileTasks tasks)
{
    private const string Extension = ".csv";
    private const string Heading = "entryID,time,reference,value,reason\r\n";

    /// <summary>Entries of a slice.</summary>
    private const int Slice = 100;

    /// <summary>Octets after which a slice ends.</summary>
    private const int SliceOctets = 32 * 1024;

    /// <summary>The log that a peer may read as a file of that name, or null.</summary>
    public Journal? Find(Association peer, string name) =>
        name.EndsWith(Extension, StringComparison.Ordinal) ? journals.All.FirstOrDefault(j => NameOf(j) == name && IsFor(peer, j)) : null;

    /// <summary>Whether a name is that of a log, whoever may read it.</summary>
    public bool IsTaken(string name) => journals.All.Any(j => string.Equals(NameOf(j), name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The logs that a peer may read as files in a folder.</summary>
    public IReadOnlyList<FileEntry> In(Association peer, string folder) =>
        [.. journals.All.Where(j => FileNames.FolderOf(NameOf(j)) == folder && IsFor(peer, j)).Select(Entry).OrderBy(e => e.Name, StringComparer.Ordinal)];

    /// <summary>What a directory says of a log.</summary>
    public FileEntry Entry(Journal journal) => new(NameOf(journal), 0, journal.Last?.Entry.Time);

    /// <summary>Makes the file of a log; it is open to be read then.</summary>
    /// <param name="peer">Who reads it.</param>
    /// <param name="journal">The log.</param>
    /// <param name="handle">What the file will be called.</param>
    /// <param name="position">Where reading starts.</param>
    /// <param name="then">Takes the outcome.</param>
    public void Begin(Association peer, Journal journal, long handle, uint position, Action<FileOutcome> then)
    {
        journals.Look(journal);
        var last = journal.Last?.Id ?? 0;
        tasks.Start(new FileTask.Create(tasks.NewId(), handle, "", 0), outcome => Then(outcome, then, () => Append(Heading, handle, then, () => Continue(0))));

        void Continue(long after)
        {
            try
            {
                var (text, through) = Next(peer, journal, after, last);
                if (through > 0)
                {
                    Append(text, handle, then, () => Continue(through));
                    return;
                }
            }
            catch (IOException e)
            {
                then(new FileOutcome.Failed(FileFailure.Other, $"the log cannot be read: {e.Message}"));
                return;
            }

            tasks.Start(new FileTask.Finish(tasks.NewId(), handle, position), outcome =>
            {
                if (last > 0)
                {
                    journals.WaitFor(journal, last);
                }

                then(outcome);
            });
        }
    }

    private static string NameOf(Journal journal) => $"{FileRights.LogicalDevices}/{journal.Reference.Replace('$', '.')}{Extension}";

    private static void Then(FileOutcome outcome, Action<FileOutcome> failed, Action next)
    {
        if (outcome is FileOutcome.Done)
        {
            next();
        }
        else
        {
            failed(outcome);
        }
    }

    private void Append(string text, long handle, Action<FileOutcome> failed, Action next) =>
        tasks.Start(new FileTask.Append(tasks.NewId(), handle, Encoding.UTF8.GetBytes(text)), outcome => Then(outcome, failed, next));

    private bool IsFor(Association peer, Journal journal) => files.Sees(peer, NameOf(journal)) && rights.Allows(peer, journal, Right.Logging);

    /// <summary>The lines of the next entries, and the id of the last one; 0 where there are none.</summary>
    private (string Text, long Through) Next(Association peer, Journal journal, long after, long last)
    {
        var text = new StringBuilder();
        var through = 0L;
        foreach (var (id, entry) in journals.After(journal, after).TakeWhile(e => e.Id <= last).Take(Slice))
        {
            foreach (var member in entry.Members.Where(m => rights.MayRead(peer, m.Reference)))
            {
                text.Append(EntryIds.ToOctets(id)).Append(',')
                    .Append(entry.EntryTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)).Append(',')
                    .Append(Field(member.Reference, isText: false)).Append(',')
                    .Append(Field(member.Value.ToString(), member.Value.Kind == DataKind.VisibleString)).Append(',')
                    .Append(DataValue.Bits((ulong)member.Reason, LogMember.ReasonBits)).Append("\r\n");
            }

            through = id;
            if (text.Length >= SliceOctets)
            {
                break;
            }
        }

        return (text.ToString(), through);
    }

    /// <summary>A field; text that a spreadsheet would take for a formula is marked as text.</summary>
    private static string Field(string value, bool isText)
    {
        var shown = isText && value.Length > 0 && value[0] is '=' or '+' or '-' or '@' ? "'" + value : value;
        return shown.AsSpan().IndexOfAny("\",\r\n") >= 0 ? $"\"{shown.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : shown;
    }
}
