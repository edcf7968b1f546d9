namespace DerAgent.Xmpp;

/// <summary>Says for people why a line is given up.</summary>
internal static class WatchFailure
{
    /// <summary>The failure of a verdict.</summary>
    public static XmppFailure Of(WatchStep verdict, XmppOptions options) => verdict switch
    {
        WatchStep.Deaf => new(XmppFailureKind.Deaf, $"the server resumed the session and acknowledged nothing for {options.PingTimeout.TotalSeconds:0.#} s; a new session is bound"),
        WatchStep.Dripping => new(XmppFailureKind.Silence, $"what the server sends does not come to an end: less than 1 KiB of it in {options.PingTimeout.TotalSeconds:0.#} s"),
        WatchStep.Overdue => new(XmppFailureKind.Silence, $"the server let {options.MaxUnacknowledged / 1024} KiB go unacknowledged for {options.PingTimeout.TotalSeconds:0.#} s"),
        _ => new(XmppFailureKind.Silence, $"the server did not answer for {options.PingTimeout.TotalSeconds:0.#} s"),
    };
}
