namespace DerAgent.Acsi;

/// <summary>Where a server keeps what must outlive a power cut, and reads the entries of its buffered blocks.</summary>
internal interface IServerStore : IStateStore, IReportBuffer;
