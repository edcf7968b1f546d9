namespace DerAgent.Agent;

/// <summary>What went over a connection: what is paid for where it is a mobile one (IEC TR 61850-80-3 annex, bandwidth).</summary>
/// <param name="Received">Stanzas that came.</param>
/// <param name="ReceivedOctets">Their octets of XML.</param>
/// <param name="Sent">Stanzas that went.</param>
/// <param name="SentOctets">Their octets of XML.</param>
/// <param name="Reports">Stanzas of those that carried reports.</param>
/// <param name="ReportOctets">Their octets.</param>
/// <param name="Lost">Stanzas that did not go, or of which nobody knows whether they came.</param>
internal readonly record struct ConnectionOctets(long Received, long ReceivedOctets, long Sent, long SentOctets, long Reports, long ReportOctets, long Lost)
{
    /// <summary>What came since an earlier count.</summary>
    public ConnectionOctets Since(in ConnectionOctets before) => new(
        Received - before.Received,
        ReceivedOctets - before.ReceivedOctets,
        Sent - before.Sent,
        SentOctets - before.SentOctets,
        Reports - before.Reports,
        ReportOctets - before.ReportOctets,
        Lost - before.Lost);

    /// <summary>Octets of a report on average; 0 where there was none.</summary>
    public long OctetsOfReport => Reports == 0 ? 0 : ReportOctets / Reports;

    /// <summary>Of a thousand stanzas so many were lost (FerCh of IEC 61850-7-4, LCCH).</summary>
    public long LostOfThousand => Sent + Lost == 0 ? 0 : Lost * 1_000 / (Sent + Lost);
}

/// <summary>Counts what goes over a connection, and says so once a day. May be told things from several threads.</summary>
internal sealed class ConnectionMeter
{
    private long _received;
    private long _receivedOctets;
    private long _sent;
    private long _sentOctets;
    private long _reports;
    private long _reportOctets;
    private long _lost;
    private ConnectionOctets _told;

    /// <summary>What was counted since the start.</summary>
    public ConnectionOctets Total => new(
        Interlocked.Read(ref _received),
        Interlocked.Read(ref _receivedOctets),
        Interlocked.Read(ref _sent),
        Interlocked.Read(ref _sentOctets),
        Interlocked.Read(ref _reports),
        Interlocked.Read(ref _reportOctets),
        Interlocked.Read(ref _lost));

    /// <summary>A stanza came.</summary>
    public void Received(int octets)
    {
        Interlocked.Increment(ref _received);
        Interlocked.Add(ref _receivedOctets, octets);
    }

    /// <summary>A stanza was handed to the connection.</summary>
    public void Sent(int octets, bool isReport)
    {
        Interlocked.Increment(ref _sent);
        Interlocked.Add(ref _sentOctets, octets);
        if (isReport)
        {
            Interlocked.Increment(ref _reports);
            Interlocked.Add(ref _reportOctets, octets);
        }
    }

    /// <summary>Stanzas were not taken by the connection, or given up with a session.</summary>
    public void Lost(int stanzas) => Interlocked.Add(ref _lost, stanzas);

    /// <summary>What came since it was asked last, as a sentence. Called by one at a time.</summary>
    public string Tell()
    {
        var total = Total;
        var day = total.Since(_told);
        _told = total;
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"received {day.ReceivedOctets / 1e6:0.000} MB in {day.Received} stanzas, sent {day.SentOctets / 1e6:0.000} MB in {day.Sent}, of which {day.Reports} reports of {day.OctetsOfReport} octets on average{(day.Lost > 0 ? $"; {day.Lost} were lost" : "")}");
    }
}
