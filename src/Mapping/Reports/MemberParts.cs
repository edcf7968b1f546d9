using System.Buffers;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Mapping;

/// <summary>The members of a report, encoded once: reference, value and reason of each as octets that segments are put together from.</summary>
internal sealed class MemberParts
{
    private const int MaxGuess = 512 * 1024;
    private readonly Column? _references;
    private readonly Column _values;
    private readonly Column? _reasons;

    public MemberParts(Report report, MmsDialect dialect)
    {
        var members = report.Members;
        _references = report.Has(OptionalFields.DataReference) ? new(members.Count, dialect, i => DataValue.VisibleString(members[i].Reference ?? report.References?[members[i].Index] ?? "")) : null;
        _values = new(members.Count, dialect, i => members[i].Value);
        _reasons = report.Has(OptionalFields.ReasonForInclusion) ? new(members.Count, dialect, i => DataValue.Bits((ulong)members[i].Reason, 6)) : null;
    }

    /// <summary>Octets of all members.</summary>
    public int TotalSize => SizeOf(0, _values.Count);

    /// <summary>Octets of one member.</summary>
    public int SizeOf(int member) => SizeOf(member, member + 1);

    /// <summary>Octets of the members from <paramref name="first"/> to before <paramref name="next"/>.</summary>
    public int SizeOf(int first, int next) => (_references?.Of(first, next).Length ?? 0) + _values.Of(first, next).Length + (_reasons?.Of(first, next).Length ?? 0);

    /// <summary>Writes members in the order of the wire: all references, all values, all reasons.</summary>
    public void WriteTo(IBufferWriter<byte> output, int first, int next)
    {
        output.Write(_references is null ? [] : _references.Of(first, next));
        output.Write(_values.Of(first, next));
        output.Write(_reasons is null ? [] : _reasons.Of(first, next));
    }

    /// <summary>One access result of each member, one after the other.</summary>
    private sealed class Column
    {
        private readonly ArrayBufferWriter<byte> _octets = new(1024);
        private readonly int[] _ends;

        public Column(int count, MmsDialect dialect, Func<int, DataValue> valueOf)
        {
            _ends = new int[count];
            var writer = new InformationReportWriter(_octets, dialect);
            for (var i = 0; i < count; i++)
            {
                writer.Add(valueOf(i));
                _ends[i] = _octets.WrittenCount;
                if (i == 0)
                {
                    // Members are much alike: room for all of them at once, a quarter to spare; but not for a guess that may be far too large.
                    _octets.GetSpan((int)Math.Clamp(_octets.WrittenCount * (count - 1L) / 4 * 5, 1, MaxGuess));
                }
            }
        }

        public int Count => _ends.Length;

        public ReadOnlySpan<byte> Of(int first, int next) => next <= first ? [] : _octets.WrittenSpan[(first == 0 ? 0 : _ends[first - 1])..(_ends[next - 1])];
    }
}
