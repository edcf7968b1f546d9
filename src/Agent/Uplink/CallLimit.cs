namespace DerAgent.Agent;

/// <summary>What becomes of a request beyond the negotiated number.</summary>
internal enum Excess
{
    /// <summary>It is rejected.</summary>
    Reject,
    /// <summary>It is dropped: whoever does not read his rejections gets no more of them.</summary>
    Drop,
    /// <summary>The association ends.</summary>
    Abort,
}

/// <summary>
/// Counts the requests of a peer that are outstanding: from when they come until the octets of their answers are handed to TLS (ISO 9506-2 §8.2). What is within
/// the negotiated number is bounded by it; what is beyond costs nothing but its refusal. May be told things from several threads.
/// </summary>
/// <param name="most">The negotiated number.</param>
internal sealed class CallLimit(int most)
{
    /// <summary>Conclude and Cancel are not counted by MMS: a peer that has used up its number may still say so.</summary>
    private const int Others = 2;

    private const int MostUnsentRejections = 100;
    private const int MostRejections = 1_000;
    private int _open;
    private int _unsent;
    private int _beyond;

    /// <summary>Requests that are outstanding.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>A request comes; false where it is beyond the number: see <see cref="Exceed"/>.</summary>
    /// <param name="isCounted">Whether it is one that MMS counts.</param>
    public bool TryBegin(bool isCounted)
    {
        if (Interlocked.Increment(ref _open) <= (isCounted ? most : most + Others))
        {
            return true;
        }

        Interlocked.Decrement(ref _open);
        return false;
    }

    /// <summary>The octets of an answer are handed to TLS.</summary>
    public void Finish() => Interlocked.Decrement(ref _open);

    /// <summary>A request beyond the number: what becomes of it. A rejection counts until <see cref="RejectionSent"/>.</summary>
    public Excess Exceed()
    {
        if (Interlocked.Increment(ref _beyond) >= MostRejections)
        {
            return Excess.Abort;
        }

        if (Interlocked.Increment(ref _unsent) <= MostUnsentRejections)
        {
            return Excess.Reject;
        }

        Interlocked.Decrement(ref _unsent);
        return Excess.Drop;
    }

    /// <summary>The octets of a rejection are handed to TLS. Who has read them all starts anew.</summary>
    public void RejectionSent()
    {
        if (Interlocked.Decrement(ref _unsent) == 0)
        {
            Volatile.Write(ref _beyond, 0);
        }
    }
}
