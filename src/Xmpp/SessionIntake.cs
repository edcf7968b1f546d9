using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace DerAgent.Xmpp;

/// <summary>What comes on the line of a session: counts it, answers what every entity answers, and hands the rest on.</summary>
internal sealed class SessionIntake(StreamManagement management, Lock gate, RequestTable requests, PeerServices services, ChannelWriter<XmppNotice> notices, XmppConnection owner)
{
    /// <summary>Takes what comes until the session ends; why it ended.</summary>
    public async Task<XmppFailure> RunAsync(XmppSession session, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                switch (await session.NextAsync(cancel))
                {
                    case null:
                        return new(XmppFailureKind.Connection, "the server closed the line");
                    case StreamEvent.Closed:
                        return new(XmppFailureKind.StreamError, "the server closed the stream");
                    case StreamEvent.Broken broken:
                        session.Send(Encoding.UTF8.GetBytes($"<stream:error><{broken.Condition.Name()} xmlns=\"{Namespaces.StreamErrors}\"/></stream:error></stream:stream>"));
                        return new(XmppFailureKind.Protocol, $"the server sent XML that is {broken.Condition.Name()}");
                    case { } input when await TakeAsync(session, input, isCounted: true, cancel) is { } failure:
                        return failure;
                }
            }
        }
        catch (Exception e) when (XmppFailure.IsBrokenLine(e))
        {
            return XmppFailure.BrokenLine(e);
        }
    }

    /// <summary>Takes one event of the stream; a failure where it ends the session.</summary>
    public async Task<XmppFailure?> TakeAsync(XmppSession session, StreamEvent input, bool isCounted, CancellationToken cancel)
    {
        switch (input)
        {
            case StreamEvent.Element { Xml: { Namespace: Namespaces.StreamManagement } management }:
                var ended = TakeManagement(session, management);
                owner.TellRoom();
                return ended;
            case StreamEvent.Element { Xml: { Name: "error", Namespace: Namespaces.Streams } error }:
                return StreamFailure.Of(error);
            case StreamEvent.Element { Xml: var xml } when Stanza.Of(xml) is { } stanza:
                owner.Trace?.Invoke(false, xml.Xml);
                await TakeStanzaAsync(session, stanza, cancel);
                break;
            case StreamEvent.Dropped { Head: var head }:
                await TakeStanzaAsync(session, head, cancel);
                break;
            default:
                return null;
        }

        if (isCounted)
        {
            // Counted once it is taken over: what is not counted comes again after resuming.
            lock (gate)
            {
                management.Received();
            }
        }

        return null;
    }

    private async Task TakeStanzaAsync(XmppSession session, Stanza stanza, CancellationToken cancel)
    {
        if (stanza is { Kind: StanzaKind.Iq, Type: "result" or "error" })
        {
            session.Watch.Answered();
            requests.Complete(stanza, owner.Address);
            return;
        }

        if (stanza.Element is null)
        {
            if (services.Refuse(stanza) is { } refusal)
            {
                owner.TrySend(refusal);
            }

            await notices.WriteAsync(new XmppNotice.Dropped(stanza), cancel);
            return;
        }

        if (services.Take(stanza, out var answers))
        {
            foreach (var answer in answers)
            {
                owner.TrySend(answer);
            }

            return;
        }

        await notices.WriteAsync(new XmppNotice.Received(stanza), cancel);
    }

    private XmppFailure? TakeManagement(XmppSession session, XmlElement xml)
    {
        lock (gate)
        {
            switch (xml.Name)
            {
                case "r":
                    session.Send(Encoding.UTF8.GetBytes($"<a xmlns=\"{Namespaces.StreamManagement}\" h=\"{management.Handled}\"/>"));
                    return null;
                case "a" when uint.TryParse(xml["h"], NumberStyles.None, CultureInfo.InvariantCulture, out var h) && management.Acknowledge(h):
                    session.Watch.Acknowledged();
                    return null;
                case "a":
                    return new(XmppFailureKind.Protocol, $"the server acknowledged h=\"{ServerText.Shown(xml["h"])}\", which fits nothing we sent");
                default:
                    return null;
            }
        }
    }
}
