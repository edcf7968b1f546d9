namespace DerAgent.Scl;

/// <summary>A component of a class in a name space: data object, sub data object, attribute or sub attribute (IEC 61850-7-7).</summary>
/// <param name="Name">Name; for multiple ones without number.</param>
/// <param name="Kind">Element name: DataObject, SubDataObject, DataAttribute, SubDataAttribute, ServiceDataAttribute.</param>
/// <param name="Fc">Functional constraint, or null.</param>
/// <param name="Type">Type, or null where the user of the class decides.</param>
/// <param name="TypeKind">BASIC, CONSTRUCTED, ENUMERATED or undefined.</param>
/// <param name="UnderlyingType">Enumeration or type of the value where the class leaves it open.</param>
/// <param name="Presence">Presence condition.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Triggers">Letters d, q, u.</param>
/// <param name="IsArray">Whether it is an array.</param>
internal sealed record NsdMember(
    string Name, string Kind, string? Fc, string? Type, string TypeKind, string? UnderlyingType, string Presence, string Arguments, string Triggers, bool IsArray)
{
    /// <summary>Presence condition where the logical node derives statistics; the same where the class says none.</summary>
    public string StatisticsPresence { get; init; } = Presence;

    /// <summary>Name space that defines it.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Whether the standard means to drop it: nobody needs to add it any more.</summary>
    public bool IsDeprecated { get; init; }

    /// <summary>Whether it may stand several times with a number.</summary>
    public bool IsMultiple => Presence is "Omulti" or "Mmulti" or "MmultiF" or "OmultiRange" or "MmultiRange";
}

/// <summary>A class of a name space with everything it inherits.</summary>
/// <param name="Name">Name.</param>
/// <param name="Namespace">Name space that defines it.</param>
/// <param name="Members">Its components.</param>
internal sealed record NsdClass(string Name, string Namespace, IReadOnlyList<NsdMember> Members)
{
    /// <summary>The component of that name; a multiple one with its number or without.</summary>
    public NsdMember? Find(string name)
    {
        var plain = SclNames.WithoutNumber(name);
        return Members.FirstOrDefault(m => m.Name == name) ?? (plain.Length < name.Length ? Members.FirstOrDefault(m => m.IsMultiple && m.Name == plain) : null);
    }
}
