using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Client;

/// <summary>What commissioning and tests ask most, by the services' names in IEC 61850-7-2 where one service answers it.</summary>
internal static class AcsiServices
{
    /// <summary>GetServerDirectory: logical devices.</summary>
    public static Task<IReadOnlyList<string>> GetServerDirectoryAsync(this AcsiClient client, CancellationToken cancel) =>
        NamesAsync(client, new GetNameListRequest(ObjectClass.Domain, NameScope.Vmd, ""), cancel);

    /// <summary>GetLogicalDeviceDirectory: all variables of a logical device, every level.</summary>
    public static Task<IReadOnlyList<string>> GetVariablesAsync(this AcsiClient client, string logicalDevice, CancellationToken cancel) =>
        NamesAsync(client, new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, logicalDevice), cancel);

    /// <summary>GetLogicalNodeDirectory(DATA-SET): data sets of a logical device.</summary>
    public static Task<IReadOnlyList<string>> GetDataSetsAsync(this AcsiClient client, string logicalDevice, CancellationToken cancel) =>
        NamesAsync(client, new GetNameListRequest(ObjectClass.NamedVariableList, NameScope.Domain, logicalDevice), cancel);

    /// <summary>GetDataSetDirectory.</summary>
    public static Task<GetNamedVariableListAttributesResponse> GetDataSetDirectoryAsync(this AcsiClient client, ObjectName dataSet, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.RequestAsync<GetNamedVariableListAttributesResponse>(new GetNamedVariableListAttributesRequest(dataSet), cancel);
    }

    /// <summary>GetDataDefinition.</summary>
    public static async Task<TypeDescription> GetDefinitionAsync(this AcsiClient client, ObjectName name, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        return (await client.RequestAsync<GetVariableAccessAttributesResponse>(new GetVariableAccessAttributesRequest(name), cancel)).Type;
    }

    /// <summary>GetDataValues of several variables.</summary>
    public static async Task<IReadOnlyList<AccessResult>> ReadAsync(this AcsiClient client, IEnumerable<ObjectName> names, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        var request = new ReadRequest(new VariableAccess.List(names.Select(n => new VariableSpecification(n)).ToValueList()));
        return (await client.RequestAsync<ReadResponse>(request, cancel)).Results;
    }

    /// <summary>GetDataValues of one variable.</summary>
    /// <exception cref="AcsiException">It cannot be read.</exception>
    public static async Task<DataValue> ReadAsync(this AcsiClient client, ObjectName name, CancellationToken cancel)
    {
        var result = await client.ReadAsync([name], cancel) is [var only] ? only : throw new AcsiException("the answer has another number of values");
        return result.Failure is { } failure ? throw new AcsiException($"{name}: {failure}") : result.Value;
    }

    /// <summary>SetDataValues of one variable; null is success.</summary>
    public static async Task<DataAccessError?> WriteAsync(this AcsiClient client, ObjectName name, DataValue value, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        var request = new WriteRequest(new VariableAccess.List([new VariableSpecification(name)]), [value]);
        return (await client.RequestAsync<WriteResponse>(request, cancel)).Results is [var result] ? result : throw new AcsiException("the answer has another number of results");
    }

    /// <summary>All names of a class, page by page.</summary>
    internal static async Task<IReadOnlyList<string>> NamesAsync(AcsiClient client, GetNameListRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        var names = new List<string>();
        while (true)
        {
            var page = await client.RequestAsync<GetNameListResponse>(request, cancel);
            names.AddRange(page.Identifiers);
            if (!page.MoreFollows || page.Identifiers.Count == 0)
            {
                return names;
            }

            request = request with { ContinueAfter = page.Identifiers[^1] };
        }
    }
}
