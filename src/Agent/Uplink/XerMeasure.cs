using System.Buffers;
using DerAgent.Acsi;
using DerAgent.Mms;

namespace DerAgent.Agent;

/// <summary>Octets of what is encoded in XER. Each server has its own: only its loop asks.</summary>
internal sealed class XerMeasure : IPduMeasure
{
    private readonly ArrayBufferWriter<byte> _output = new(1_024);

    /// <inheritdoc/>
    public int Envelope => 512;

    /// <inheritdoc/>
    public int OfIdentifier(string name) => "<Identifier></Identifier>".Length + XerText.Octets(name);

    /// <inheritdoc/>
    public int OfEntry(JournalEntry entry) => Most(w => JournalEntryCodec.Write(w, entry));

    /// <inheritdoc/>
    public int OfFile(DirectoryEntry entry) => Most(w => FileCodec.Write(w, entry));

    /// <inheritdoc/>
    public int OfFileData(int room) => room / 2;

    private int Most(Action<XerWriter> write)
    {
        // Which dialect is the longer one depends on what is in it.
        var most = 0;
        foreach (var dialect in MmsDialect.All)
        {
            _output.ResetWrittenCount();
            write(new(_output, dialect));
            most = Math.Max(most, _output.WrittenCount);
        }

        return most;
    }
}
