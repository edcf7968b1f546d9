using System.Buffers;
using DerAgent.Acsi;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Scl;

namespace DerAgent.Agent;

/// <summary>Members of data sets that are too large for a report: one that does not fit into the smallest PDU a client may ask for is never sent to it (IEC 61850-8-2 §17).</summary>
internal static class DataSetSizes
{
    private static readonly int Most = new AcsiOptions().MinPduSize;

    /// <summary>Finds them.</summary>
    /// <param name="file">Name of the SCL file.</param>
    /// <param name="model">The model.</param>
    /// <param name="load">How it was loaded.</param>
    public static IEnumerable<SclFinding> Find(string file, IedModel model, SclLoad load)
    {
        ValueStore? values = null;
        foreach (var node in model.LogicalDevices.SelectMany(d => d.LogicalNodes))
        {
            foreach (var set in node.DataSets)
            {
                for (var i = 0; i < set.Members.Count; i++)
                {
                    if (Octets((values ??= new(model)).Read(set.Members[i])) is var octets && octets <= Most)
                    {
                        continue;
                    }

                    var place = load.MemberPlaces.TryGetValue(set, out var places) ? places[i] : new(1, 1);
                    yield return new(
                        SclCodes.OverLimit, SclSeverity.Warning, file, place.Line, place.Column, $"{node.Reference}${set.Name}",
                        $"The member {set.Members[i].Reference} takes {octets} octets in a report; a client that takes PDUs of {Most} gets no report with it.", "Name parts of it instead, each in an FCDA of its own.");
                }
            }
        }
    }

    private static int Octets(in DataValue value)
    {
        var output = new ArrayBufferWriter<byte>();
        DataCodec.Write(new(output, MmsDialect.Tr2015), value);
        return output.WrittenCount;
    }
}
