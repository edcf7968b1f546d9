namespace DerAgent.Xmpp;

/// <summary>How far a line has come, as its socket tells.</summary>
/// <param name="Received">Octets of the stream that came.</param>
/// <param name="IsMidElement">Whether the last of them is inside an element.</param>
/// <param name="Written">Octets given to TCP.</param>
/// <param name="Acknowledged">Octets of them that the other side's TCP acknowledged; null where the system does not tell.</param>
/// <param name="IsReadingPaused">Whether nothing is read for the moment, because what came has not been taken.</param>
internal readonly record struct LineProgress(long Received, bool IsMidElement, long Written, long? Acknowledged, bool IsReadingPaused);
