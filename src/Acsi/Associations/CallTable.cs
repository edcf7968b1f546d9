using DerAgent.Mms;

namespace DerAgent.Acsi;

/// <summary>The confirmed requests under way: takes them in, answers them at once or later, and refuses them after the fact where what they did cannot be kept.</summary>
internal sealed class CallTable
{
    private readonly Queue<AcsiEffect> _effects;
    private readonly History<(Association Peer, uint InvokeId, string? RequestId)> _outstanding;
    private readonly History<(PendingWrite Write, int Index)> _results;
    private readonly List<(ControlObject Control, ControlParameters Parameters)> _commands = [];
    private (ServiceCall Call, string RequestId, ConfirmedRequest Request)? _request;
    private MmsPdu? _answer;

    public CallTable(Queue<AcsiEffect> effects, StepJournal journal)
    {
        _effects = effects;
        _outstanding = new(journal, static old => Restore(old.Peer, old.InvokeId, old.RequestId));
        _results = new(journal, static old => old.Write.Reopen(old.Index));
    }

    /// <summary>A request of the step under way: who asked what, what it commanded, and what it was answered.</summary>
    /// <param name="Call">The call.</param>
    /// <param name="RequestId">Id of its stanza.</param>
    /// <param name="Request">The request.</param>
    /// <param name="Answer">The answer; null while it is pending.</param>
    /// <param name="Commands">The commands of it that were accepted.</param>
    public sealed record UnderWay(ServiceCall Call, string RequestId, ConfirmedRequest Request, MmsPdu? Answer, IReadOnlyList<(ControlObject Control, ControlParameters Parameters)> Commands);

    /// <summary>Why a request is rejected before it is served; null where it is not.</summary>
    public static RejectPdu? Reject(Association peer, ConfirmedRequest request)
    {
        if (peer.Outstanding.ContainsKey(request.InvokeId))
        {
            return new(request.InvokeId, new(RejectedPdu.ConfirmedRequest, 3));
        }

        return peer.Outstanding.Count + peer.Waiting >= peer.MaxOutstanding
            ? new(request.InvokeId, new(RejectedPdu.ConfirmedRequest, RejectCode.MaxServOutstandingExceeded))
            : null;
    }

    /// <summary>A request is served in this step.</summary>
    public ServiceCall Begin(Association peer, string requestId, ConfirmedRequest request)
    {
        var call = new ServiceCall(peer, request.InvokeId);
        _outstanding.Note((peer, request.InvokeId, null));
        peer.Outstanding.Add(request.InvokeId, requestId);
        _request = (call, requestId, request);
        return call;
    }

    /// <summary>A command of the request is accepted.</summary>
    public void NoteCommand(ControlObject control, ControlParameters parameters) => _commands.Add((control, parameters));

    /// <summary>The step is over; the request it served, or null.</summary>
    public UnderWay? End()
    {
        var request = _request is { } served ? new UnderWay(served.Call, served.RequestId, served.Request, _answer, [.. _commands]) : null;
        Forget();
        return request;
    }

    /// <summary>The step is over, and nobody asks what request it served.</summary>
    public void Forget()
    {
        (_request, _answer) = (null, null);
        _commands.Clear();
    }

    /// <summary>Answers a call, at once or later. It may have outlived its association; then nobody waits for the answer.</summary>
    public void Complete(ServiceCall call, ServiceOutcome outcome)
    {
        if (!call.Peer.Outstanding.Remove(call.InvokeId, out var requestId))
        {
            return;
        }

        _outstanding.Note((call.Peer, call.InvokeId, requestId));
        var answer = outcome.ToPdu(call.InvokeId);
        if (_request is { } request && request.Call == call)
        {
            _answer = answer;
        }

        Respond(call.Peer, requestId, answer);
    }

    /// <summary>One variable of a write under way has its result.</summary>
    public void Settle(WriteTicket ticket, DataAccessError? failure)
    {
        _results.Note((ticket.Write, ticket.Index));
        ticket.Write.Set(ticket.Index, failure);
        if (ticket.Write.IsComplete)
        {
            Complete(ticket.Write.Call, ticket.Write.Response);
        }
    }

    public void Respond(Association peer, string requestId, MmsPdu pdu) => _effects.Enqueue(new AcsiEffect.Respond(peer, requestId, pdu));

    /// <summary>A request was taken back, because what it did could not be kept: it is answered so.</summary>
    public void Refuse(UnderWay request) => Respond(request.Call.Peer, request.RequestId, Refusal(request));

    /// <summary>A request that brought a defect of ours to light was taken back.</summary>
    public void Fail(UnderWay request) => Respond(request.Call.Peer, request.RequestId, new ConfirmedError(request.Call.InvokeId, ServiceErrors.Failed));

    private static MmsPdu Refusal(UnderWay request) => (request.Answer, request.Request.Service) switch
    {
        (ConfirmedResponse { Service: WriteResponse written }, _) =>
            new ConfirmedResponse(request.Call.InvokeId, new WriteResponse(written.Results.Select(r => r ?? DataAccessError.TemporarilyUnavailable).Cast<DataAccessError?>().ToValueList())),
        (ConfirmedResponse { Service: ReadResponse read }, _) =>
            new ConfirmedResponse(request.Call.InvokeId, read with { Results = read.Results.Select(r => r.Failure is null ? DataAccessError.TemporarilyUnavailable : r).ToValueList() }),
        (null, WriteRequest write) =>
            new ConfirmedResponse(request.Call.InvokeId, new WriteResponse(Enumerable.Repeat<DataAccessError?>(DataAccessError.TemporarilyUnavailable, write.Data.Count).ToValueList())),
        (null, _) or (ConfirmedResponse { Service: DefineNamedVariableListResponse or DeleteNamedVariableListResponse or InitializeJournalResponse or ReadJournalResponse }, _) =>
            new ConfirmedError(request.Call.InvokeId, ServiceErrors.Failed),

        // It rests on nothing that was taken back: names and types.
        ({ } answer, _) => answer,
    };

    private static void Restore(Association peer, uint invokeId, string? requestId)
    {
        if (requestId is null)
        {
            peer.Outstanding.Remove(invokeId);
        }
        else
        {
            peer.Outstanding[invokeId] = requestId;
        }
    }
}
