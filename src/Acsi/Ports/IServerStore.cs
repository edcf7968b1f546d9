namespace DerAgent.Acsi;

/// <summary>Where a server keeps what must outlive a power cut, and reads the entries of its buffered blocks and of its logs.</summary>
internal interface IServerStore : IStateStore, IEntryBuffer
{
    /// <summary>The oldest record of a service after an id, with its own; null where there is none. They come in as entries of <see cref="ServiceRecord.Block"/>.</summary>
    (long Id, ServiceRecord Record)? NextRecord(long id);
}
