using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>SetGoCBValues, SetMSVCBValues, SetUSVCBValues (IEC 61850-7-2 §18.2.3, §19.2.3, §19.3.3): the blocks are disabled and stay so, for XMPP carries no multicast.</summary>
internal static class StreamBlockWrites
{
    /// <summary>Takes a write to a block or a part of it; null: it is done.</summary>
    public static DataAccessError? Write(DataNode node, in DataValue value)
    {
        if (node is not { IsLeaf: true, Name: "GoEna" or "SvEna" })
        {
            return DataAccessError.ObjectAccessDenied;
        }

        return value.Kind != DataKind.Boolean ? DataAccessError.TypeInconsistent : value.AsBoolean() ? DataAccessError.ObjectAccessUnsupported : null;
    }
}
