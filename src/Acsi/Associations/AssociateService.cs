using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Associate (IEC 61850-7-2 §8.3.2.2): negotiates an association or refuses it.</summary>
/// <param name="options">Limits.</param>
/// <param name="served">The confirmed services that are served: what is not served is not advertised.</param>
internal sealed class AssociateService(AcsiOptions options, IEnumerable<MmsService> served)
{
    private readonly ServiceSupport _offered = ServiceSupport.Of([.. served, MmsService.InformationReport, MmsService.Conclude, MmsService.Cancel]);

    public (InitiateResponse? Accepted, InitiateError? Refused) Handle(AssociationRequester requester, InitiateRequest request, IReadOnlyCollection<Association> present)
    {
        if (NoPlace(requester, [.. present.Where(a => a.Key != requester.Key)]) is { } reason)
        {
            return Refuse(ErrorCode.InitiateOther, reason);
        }

        if (request.DataStructureNestingLevel < 5)
        {
            return Refuse(ErrorCode.InitiateNestingLevelInsufficient, "IEC 61850 data need a nesting level of 5 or more");
        }

        if (request.LocalDetailCalling < options.MinPduSize)
        {
            return Refuse(ErrorCode.InitiateMaxSegmentInsufficient, $"localDetailCalling must be {options.MinPduSize} or more");
        }

        return (new InitiateResponse
        {
            LocalDetailCalled = Math.Min(options.MaxPduSize, request.LocalDetailCalling ?? int.MaxValue),
            MaxServOutstandingCalling = Math.Clamp(request.MaxServOutstandingCalling, 1, options.MaxOutstanding),
            MaxServOutstandingCalled = Math.Clamp(request.MaxServOutstandingCalled, 1, options.MaxOutstanding),
            DataStructureNestingLevel = Math.Min(request.DataStructureNestingLevel ?? options.MaxNesting, options.MaxNesting),
            VersionNumber = 1,
            ParameterCbb = ParameterCbb.Iec61850 & request.ParameterCbb,
            ServicesSupportedCalled = _offered,
        }, null);
    }

    /// <summary>
    /// The association that a peer has most likely forgotten, or null: one of the very same full JID over which nothing has come for a while. Its client crashed
    /// and came back under its old resource, or never got our answer; a ping cannot tell.
    /// </summary>
    /// <param name="requester">Who asks for another one.</param>
    /// <param name="present">The present associations.</param>
    /// <param name="now">The time.</param>
    /// <param name="listens">Whether an association waits for reports: then it may be quiet for longer.</param>
    public Association? Stale(AssociationRequester requester, IReadOnlyCollection<Association> present, DateTimeOffset now, Func<Association, bool> listens) => present
        .Where(a => a.Key.Connection == requester.Key.Connection && a.Key.Peer == requester.Key.Peer && now - a.LastRequest >= (listens(a) ? options.StaleListener : a.IsUsed ? options.Stale : options.StaleUnused))
        .MinBy(a => a.LastRequest);

    /// <summary>Why there is no place beside the others, or null. Those who may command find one where those who look do not.</summary>
    private string? NoPlace(AssociationRequester requester, List<Association> others)
    {
        if (others.Count(a => a.Key.BarePeer == requester.Key.BarePeer) >= options.MaxAssociationsPerPeer)
        {
            return $"{requester.Key.BarePeer} has {options.MaxAssociationsPerPeer} associations already";
        }

        var ofConnection = others.FindAll(a => a.Key.Connection == requester.Key.Connection);
        return IsFull(ofConnection, options.MaxAssociationsPerConnection, options.ReservedPerConnection, requester) ? $"all {options.MaxAssociationsPerConnection} associations of this connection are taken, or kept for others"
            : options.MaxAssociations is { } most && IsFull(others, most, Math.Max(1, most / 4), requester) ? $"all {most} associations are taken, or kept for others"
            : null;
    }

    private static bool IsFull(List<Association> others, int most, int reserved, AssociationRequester requester) =>
        others.Count >= most || (!MayCommand(requester.Subject) && others.Count(a => !MayCommand(a.Subject)) >= most - reserved);

    private static bool MayCommand(Subject subject) => (subject.Rights & Right.Control) != Right.None;

    private static (InitiateResponse? Accepted, InitiateError? Refused) Refuse(int code, string description) =>
        (null, new(new(ErrorClass.Initiate, code, description)));
}
