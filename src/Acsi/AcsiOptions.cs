namespace DerAgent.Acsi;

/// <summary>Limits and defaults of the server.</summary>
internal sealed record AcsiOptions
{
    /// <summary>Associations in all, where the SCL file bounds them; a quarter of them, at least one, is kept for those who may command.</summary>
    public int? MaxAssociations { get; init; }
    /// <summary>Associations of one connection.</summary>
    public int MaxAssociationsPerConnection { get; init; } = 16;
    /// <summary>Those of them that are kept for who may command: an operator finds a place, however many only look.</summary>
    public int ReservedPerConnection { get; init; } = 4;
    /// <summary>Associations of one peer (bare JID).</summary>
    public int MaxAssociationsPerPeer { get; init; } = 5;
    /// <summary>Where a full JID has no place left, its association over which nothing came for this time gives way to a new one.</summary>
    public TimeSpan Stale { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>The same for an association over which nothing has ever come: its client most likely never got our answer.</summary>
    public TimeSpan StaleUnused { get; init; } = TimeSpan.FromSeconds(2);
    /// <summary>The same for an association that waits for reports.</summary>
    public TimeSpan StaleListener { get; init; } = TimeSpan.FromMinutes(5);
    /// <summary>Greatest MMSpdu in octets of XML.</summary>
    public int MaxPduSize { get; init; } = 65_000;
    /// <summary>The least a client may offer and still be served with (IEC 61850-8-2).</summary>
    public int MinPduSize { get; init; } = 8_192;
    /// <summary>Requests a client may have outstanding.</summary>
    public int MaxOutstanding { get; init; } = 5;
    /// <summary>Nesting of data.</summary>
    public int MaxNesting { get; init; } = 10;
    /// <summary>Silence that ends an association; zero: never.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(1);
    /// <summary>Reservation of a report control block that nobody set a time for.</summary>
    public TimeSpan ImplicitReservation { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>Shortest integrity period.</summary>
    public TimeSpan MinIntegrityPeriod { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether an IntgPd, in ms, is shorter than that; 0 is none.</summary>
    public bool IsTooShort(ulong integrityPeriod) => integrityPeriod > 0 && integrityPeriod < MinIntegrityPeriod.TotalMilliseconds;
    /// <summary>Selection time where the model has no sboTimeout.</summary>
    public TimeSpan SelectTimeout { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>Data sets that an association may have of its own, within what the SCL file allows.</summary>
    public int MaxDataSetsPerAssociation { get; init; } = 10;
    /// <summary>How long hardware may take for a parameter, and for a command without operTimeout.</summary>
    public TimeSpan ParameterTimeout { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>Reports that a connection may hold of one association: what waits beyond, waits in the buffers.</summary>
    public int ReportWindow { get; init; } = 4;
    /// <summary>Octets of buffered entries that may wait for their commit; what comes beyond is lost, and told by BufOvfl.</summary>
    public int MaxUncommitted { get; init; } = 4 * 1024 * 1024;
    /// <summary>Octets of unsent entries of one unbuffered block; the oldest go.</summary>
    public int MaxUnsent { get; init; } = 256 * 1024;
    /// <summary>Unsent entries an unbuffered block keeps while its association stands still.</summary>
    public int UnbufferedQueue { get; init; } = 100;
    /// <summary>Whether substitutes outlive a restart.</summary>
    public bool PersistSubstitution { get; init; }
    /// <summary>How long entries of logs are kept; zero: as long as there is room.</summary>
    public TimeSpan LogAge { get; init; }
    /// <summary>Files an association may have open.</summary>
    public int MaxOpenFiles { get; init; } = 4;
    /// <summary>How long a file stays open over which nothing comes.</summary>
    public TimeSpan OpenFileIdle { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>How long the source of a file may take for an answer.</summary>
    public TimeSpan FileSourcePatience { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>How long a file may take to come.</summary>
    public TimeSpan FileTransferLimit { get; init; } = TimeSpan.FromHours(1);
    /// <summary>Octets of a part of a file, where the PDU would take more.</summary>
    public int MaxFilePart { get; init; } = 32 * 1024;
    /// <summary>Time quality of the agent's clock.</summary>
    public byte TimeQuality { get; init; } = Model.Timestamp.UnspecifiedAccuracy | Model.Timestamp.ClockNotSynchronized;
}
