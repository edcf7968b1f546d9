using DerAgent.Agent.Logs;
using DerAgent.Xmpp;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent;

/// <summary>What people read of a connection: a line where it goes and one where it comes back, with how long it was away. Attempts that fail as the one before say nothing.</summary>
/// <param name="name">The connection.</param>
/// <param name="log">Where it tells people.</param>
/// <param name="ailments">What is not well.</param>
internal sealed class ConnectionLog(string name, ILogger log, Ailments? ailments)
{
    private readonly string _who = Ailment(name);
    private string _failure = "";

    /// <summary>What a connection is called among what is not well: devices may have its name.</summary>
    public static string Ailment(string name) => $"The connection {name}";

    /// <summary>There is a session.</summary>
    public void Connected(XmppNotice.Connected connected)
    {
        _failure = "";
        var away = ailments?.Well(_who) is { } time ? $" after {Devices.DurationText.Of(time)}" : "";
        log.LogInformation("{Connection}: {Session} as {Address}{Away}", name, connected.IsResumed ? "session resumed" : "connected", connected.Address, away);
    }

    /// <summary>The session is gone.</summary>
    public void Disconnected(XmppFailure failure)
    {
        log.LogWarning("{Connection}: disconnected: {Failure}", name, failure.Text);
        ailments?.Ill(_who, $"disconnected: {failure.Text}", isAlarm: failure.Kind == XmppFailureKind.Conflict);
    }

    /// <summary>An attempt failed, and the next one is to come.</summary>
    public void Waits(XmppNotice.Waiting waiting)
    {
        var isAlarm = waiting.Failure.Kind is XmppFailureKind.Conflict or XmppFailureKind.Authentication or XmppFailureKind.Tls;
        var level = waiting.Failure.Text == _failure ? LogLevel.Debug : isAlarm ? LogLevel.Error : LogLevel.Warning;
        _failure = waiting.Failure.Text;
        log.Log(level, "{Connection}: {Failure}; next attempt in {Pause:0.0} s", name, _failure, waiting.Pause.TotalSeconds);
        ailments?.Ill(_who, _failure, isAlarm);
    }
}
