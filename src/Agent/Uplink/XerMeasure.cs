using System.Buffers;
using DerAgent.Acsi;
using DerAgent.Mms;

namespace DerAgent.Agent;

/// <summary>Octets of what is encoded in XER.</summary>
internal sealed class XerMeasure : IPduMeasure
{
    /// <inheritdoc/>
    public int Envelope => 512;

    /// <inheritdoc/>
    public int OfIdentifier(string name) => "<Identifier></Identifier>".Length + XerText.Octets(name);

    /// <inheritdoc/>
    public int OfEntry(JournalEntry entry)
    {
        // Which dialect is the longer one depends on what is in it.
        var most = 0;
        foreach (var dialect in MmsDialect.All)
        {
            var output = new ArrayBufferWriter<byte>(1_024);
            JournalEntryCodec.Write(new(output, dialect), entry);
            most = Math.Max(most, output.WrittenCount);
        }

        return most;
    }
}
