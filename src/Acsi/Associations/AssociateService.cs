using DerAgent.Mms;

namespace DerAgent.Acsi;

/// <summary>Associate (IEC 61850-7-2 §8.3.2.2): negotiates an association or refuses it.</summary>
/// <param name="options">Limits.</param>
/// <param name="served">The confirmed services that are served: what is not served is not advertised.</param>
internal sealed class AssociateService(AcsiOptions options, IEnumerable<MmsService> served)
{
    private readonly ServiceSupport _offered = ServiceSupport.Of([.. served, MmsService.InformationReport, MmsService.Conclude, MmsService.Cancel]);

    public (InitiateResponse? Accepted, InitiateError? Refused) Handle(AssociationRequester requester, InitiateRequest request, IReadOnlyCollection<Association> present)
    {
        if (present.Any(a => a.Key == requester.Key))
        {
            return Refuse(ErrorCode.InitiateOther, $"association id {requester.Key.Id} is in use; release it first or take another");
        }

        if (present.Count >= options.MaxAssociations)
        {
            return Refuse(ErrorCode.InitiateOther, $"all {options.MaxAssociations} associations are taken");
        }

        if (present.Count(a => a.Key.BarePeer == requester.Key.BarePeer) >= options.MaxAssociationsPerPeer)
        {
            return Refuse(ErrorCode.InitiateOther, $"{requester.Key.BarePeer} has {options.MaxAssociationsPerPeer} associations already");
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

    private static (InitiateResponse? Accepted, InitiateError? Refused) Refuse(int code, string description) =>
        (null, new(new(ErrorClass.Initiate, code, description)));
}
