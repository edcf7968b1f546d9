using DerAgent.Mms;

namespace DerAgent.Client;

/// <summary>Data sets that clients make (IEC 61850-7-2 §13.3).</summary>
internal static class DataSetServices
{
    /// <summary>CreateDataSet.</summary>
    /// <exception cref="AcsiException">It is refused: its name, its members, or their number.</exception>
    public static Task CreateDataSetAsync(this AcsiClient client, ObjectName dataSet, IEnumerable<ObjectName> members, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.RequestAsync<DefineNamedVariableListResponse>(new DefineNamedVariableListRequest(dataSet, members.Select(m => new VariableSpecification(m)).ToValueList()), cancel);
    }

    /// <summary>DeleteDataSet: whether there was one, and whether it is gone.</summary>
    public static async Task<(bool Matched, bool Deleted)> DeleteDataSetAsync(this AcsiClient client, ObjectName dataSet, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        var answer = await client.RequestAsync<DeleteNamedVariableListResponse>(new DeleteNamedVariableListRequest(ScopeOfDelete.Specific, [dataSet]), cancel);
        return (answer.Matched > 0, answer.Deleted > 0);
    }

    /// <summary>GetDataSetValues.</summary>
    public static async Task<IReadOnlyList<AccessResult>> GetDataSetValuesAsync(this AcsiClient client, ObjectName dataSet, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        return (await client.RequestAsync<ReadResponse>(new ReadRequest(new VariableAccess.Named(dataSet)), cancel)).Results;
    }
}
