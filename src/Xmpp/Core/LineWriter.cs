using System.Buffers;
using System.Text;

namespace DerAgent.Xmpp;

/// <summary>
/// Puts together what a line is to write next. A TLS record holds whole stanzas, as far as they fit: of a record that is cut off nothing is read, so that a broken
/// line seldom leaves the server with half a stanza. Acknowledgements go before all else.
/// </summary>
internal sealed class LineWriter(OutputQueue output, SessionIntake intake, Queue<ConnectionEffect> effects)
{
    /// <summary>Octets of a write; a TLS record holds 16 384.</summary>
    private const int OctetsPerRecord = 16_000;

    /// <summary>Stanzas after which the server is asked to acknowledge, before much piles up that would have to be sent again.</summary>
    private const int StanzasPerRequest = 50;

    private static readonly byte[] AcknowledgeRequest = Encoding.UTF8.GetBytes($"<r xmlns=\"{Namespaces.StreamManagement}\"/>");
    private ArrayBufferWriter<byte> _buffer = new();
    private int _sinceRequest;

    /// <summary>Whether the line is still at what it was given.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Whether the server is to be told how many stanzas were taken over.</summary>
    public bool IsAcknowledgeDue { get; set; }

    /// <summary>Whether the server is to be asked how many it handled.</summary>
    public bool IsAskDue { get; set; }

    /// <summary>Called with every stanza that is written for the first time.</summary>
    public Action<bool, ReadOnlyMemory<byte>>? Trace { get; set; }

    /// <summary>Another line.</summary>
    public void Begin()
    {
        (IsBusy, IsAcknowledgeDue, IsAskDue, _sinceRequest) = (false, false, false, 0);

        // The line before may still be at what it was given.
        _buffer = new();
    }

    /// <summary>Gives the line its next octets, if it is free and there are any; what is known of its life from then on.</summary>
    /// <param name="line">The line.</param>
    /// <param name="hasStanzas">Whether stanzas may go out.</param>
    /// <param name="watch">What is known of its life.</param>
    /// <param name="progress">How far it has come.</param>
    /// <param name="now">The time.</param>
    public LineWatch Next(long line, bool hasStanzas, LineWatch watch, in LineProgress progress, TimeSpan now)
    {
        if (IsBusy)
        {
            return watch;
        }

        _buffer.ResetWrittenCount();
        if (IsAcknowledgeDue)
        {
            IsAcknowledgeDue = false;
            intake.Acknowledged();
            _buffer.Write(Encoding.UTF8.GetBytes($"<a xmlns=\"{Namespaces.StreamManagement}\" h=\"{intake.Handled}\"/>"));
        }

        var isBurst = false;
        while (hasStanzas && output.NextLength is { } length && (_buffer.WrittenCount == 0 || _buffer.WrittenCount + length <= OctetsPerRecord))
        {
            var stanza = output.Take(out var isFirst);
            _buffer.Write(stanza.Xml);
            _sinceRequest++;
            isBurst |= stanza.Is(StanzaTraits.Message);
            watch = output.IsManaged ? watch.Wrote(now) : watch;
            if (stanza.Is(StanzaTraits.Question))
            {
                watch = watch.Asked(now, progress, progress.Written + _buffer.WrittenCount);
            }

            if (isFirst)
            {
                Trace?.Invoke(true, stanza.Xml);
                if (stanza.Written is { } written)
                {
                    effects.Enqueue(new ConnectionEffect.Written(written));
                }
            }
        }

        if (output.IsManaged && (IsAskDue || (isBurst && output.IsEmpty) || _sinceRequest >= StanzasPerRequest))
        {
            (IsAskDue, _sinceRequest) = (false, 0);
            _buffer.Write(AcknowledgeRequest);
            watch = watch.Asked(now, progress, progress.Written + _buffer.WrittenCount);
        }

        if (_buffer.WrittenCount > 0)
        {
            IsBusy = true;
            effects.Enqueue(new ConnectionEffect.Write(line, _buffer.WrittenMemory));
        }

        return watch;
    }

    /// <summary>The last octets of a line.</summary>
    public void Farewell(long line, byte[] octets)
    {
        if (!IsBusy)
        {
            IsBusy = true;
            effects.Enqueue(new ConnectionEffect.Write(line, octets));
        }
    }
}
