using System.Globalization;
using System.Text;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Puts records into <c>COMTRADE/</c>, data first: where there is a configuration file, the record is whole. Of more records than are to be kept the oldest go.</summary>
internal sealed class RecordFiles(IedModel model, FileTasks tasks, Queue<AcsiEffect> effects, ClockQuality timeQuality)
{
    /// <summary>Lines that are written at once.</summary>
    private const int Slice = 200;

    private const string TimeFormat = "yyyyMMdd-HHmmss-fff";

    /// <summary>Writes a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="keep">Records that are kept.</param>
    public void Write(DisturbanceRecord record, int keep)
    {
        var name = $"{FileRights.Records}/{record.TriggerTime.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}";
        var format = new ComtradeFormat(record);
        var configuration = format.Configuration(model.Name, "der-agent", timeQuality.IsSynchronized);
        var slices = Enumerable.Range(0, (record.Samples.Count + Slice - 1) / Slice).Select(i => format.Data(i * Slice, Slice));
        Put(name + ".dat", slices.GetEnumerator(), () => Put(name + ".cfg", Enumerable.Repeat(configuration, 1).GetEnumerator(), () => Tell(record, name, keep)));
    }

    /// <summary>Whether a file is one of ours: what clients put there is theirs.</summary>
    private static bool IsRecord(string name) =>
        name.Length > FileRights.Records.Length + 5 && name[^4..] is ".dat" or ".cfg"
        && DateTime.TryParseExact(name[(FileRights.Records.Length + 1)..^4], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private void Tell(DisturbanceRecord record, string name, int keep)
    {
        effects.Enqueue(new AcsiEffect.Log($"Disturbance: {record.Trigger} is recorded in {name}.cfg", IsWarning: false));
        tasks.Start(new FileTask.List(tasks.NewId(), FileRights.Records, null, int.MaxValue), outcome =>
        {
            var records = (outcome as FileOutcome.Listed)?.Entries.Where(e => IsRecord(e.Name)).GroupBy(e => e.Name[..^4], StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToList() ?? [];
            foreach (var old in records.SkipLast(keep).SelectMany(g => g))
            {
                tasks.Start(new FileTask.Delete(0, old.Name));
            }
        });
    }

    /// <summary>Makes a file, slice by slice.</summary>
    private void Put(string name, IEnumerator<string> slices, Action then)
    {
        var handle = tasks.NewId();
        tasks.Start(new FileTask.Create(tasks.NewId(), handle, name, 0), outcome => Next(outcome));

        void Next(FileOutcome outcome)
        {
            if (outcome is FileOutcome.Failed failed)
            {
                slices.Dispose();
                tasks.Start(new FileTask.Close(handle));
                effects.Enqueue(new AcsiEffect.Log($"Disturbance: {name} could not be written, and the record is lost: {failed.Text}", IsWarning: true));
            }
            else if (slices.MoveNext())
            {
                tasks.Start(new FileTask.Append(tasks.NewId(), handle, Encoding.ASCII.GetBytes(slices.Current)), Next);
            }
            else
            {
                slices.Dispose();
                tasks.Start(new FileTask.Finish(tasks.NewId(), handle), last => Done(last));
            }
        }

        void Done(FileOutcome outcome)
        {
            if (outcome is FileOutcome.Failed)
            {
                Next(outcome);
            }
            else
            {
                then();
            }
        }
    }
}
