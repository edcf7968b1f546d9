using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What is stored of a data set that a client has created: references of its members.</summary>
/// <param name="reference"><c>LD/LN$name</c>.</param>
/// <param name="present">The data set; null where it is no more.</param>
internal sealed class StoredDataSet(string reference, Func<DataSet?> present) : IStoredItem
{
    public string Key { get; } = StoredKeys.DataSet + reference;

    public byte[]? Encode() => present() is not { IsDeletable: true } set ? null : DataValueBinary.ToArray(output =>
    {
        output.Write7BitEncodedInt(set.Members.Count);
        foreach (var member in set.References)
        {
            output.Write(member);
        }
    });

    /// <summary>The members that were stored; null where the octets are damaged.</summary>
    public static IReadOnlyList<string>? Decode(ReadOnlyMemory<byte> stored) => DataValueBinary.TryRead(
        stored,
        static input =>
        {
            var members = new string[DataValueBinary.ReadCount(input)];
            for (var i = 0; i < members.Length; i++)
            {
                members[i] = input.ReadString();
            }

            return members;
        },
        out var found) && found.Length > 0 ? found : null;
}
