using System.Threading.Channels;
using DerAgent.Tests;

namespace DerAgent.Modbus.Tests;

/// <summary>A connection without a network: what is written goes to a script, what the script gives is read.</summary>
internal sealed class ScriptedStream(Func<MbapFrame, byte[][]> script) : TestStream
{
    private readonly Channel<byte[]> _answers = Channel.CreateUnbounded<byte[]>();
    private readonly MbapParser _parser = new();

    /// <summary>Whether the master has closed it.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>How often it was read: when it is read again, what was read before is worked in.</summary>
    public int Reads { get; private set; }

    /// <summary>Octets of the device that nobody asked for just now.</summary>
    public void Say(byte[] octets) => _answers.Writer.TryWrite(octets);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Reads++;
        if (!await _answers.Reader.WaitToReadAsync(cancellationToken) || !_answers.Reader.TryRead(out var octets))
        {
            return 0;
        }

        octets.CopyTo(buffer);
        return octets.Length;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var frames = new List<MbapFrame>();
        _parser.Feed(buffer.Span, frames);
        foreach (var answer in frames.SelectMany(script))
        {
            Say(answer);
        }

        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        IsClosed = true;
        _answers.Writer.TryComplete();
        base.Dispose(disposing);
    }
}
