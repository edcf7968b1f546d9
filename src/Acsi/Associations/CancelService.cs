using DerAgent.Mms;

namespace DerAgent.Acsi;

/// <summary>Cancel (ISO 9506-2 §7.5): a request under way is forgotten where that is possible.</summary>
internal static class CancelService
{
    /// <summary>The answer. A file that is being set is set no more; whatever else waits, waits for hardware, which has the value already.</summary>
    public static MmsPdu Handle(FileTransfers transfers, Association peer, CancelRequest cancel) =>
        transfers.Cancel(peer, cancel.OriginalInvokeId)
            ? new CancelResponse(cancel.OriginalInvokeId)
            : new CancelError(cancel.OriginalInvokeId, new(ErrorClass.Cancel, peer.Outstanding.ContainsKey(cancel.OriginalInvokeId) ? ErrorCode.CancelNotPossible : ErrorCode.CancelInvokeIdUnknown));
}
