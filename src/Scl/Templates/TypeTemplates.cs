using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>The DataTypeTemplates section by id (IEC 61850-6 §9.5).</summary>
internal sealed class TypeTemplates
{
    private readonly Dictionary<string, SclElement> _lnodeTypes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SclElement> _doTypes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SclElement> _daTypes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SclElement> _enumTypes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EnumType> _enums = new(StringComparer.Ordinal);

    public TypeTemplates(SclElement? section, SclFindings findings)
    {
        Section = section;
        foreach (var type in section?.Children ?? [])
        {
            var table = type.Name switch
            {
                "LNodeType" => _lnodeTypes,
                "DOType" => _doTypes,
                "DAType" => _daTypes,
                "EnumType" => _enumTypes,
                _ => null,
            };
            if (table is null)
            {
                continue;
            }

            if (type["id"] is not { Length: > 0 } id)
            {
                findings.Warning(SclCodes.MissingAttribute, type, "", $"A {type.Name} has no id and cannot be used.", "Give it an id.");
            }
            else if (!table.TryAdd(id, type))
            {
                findings.Warning(SclCodes.DuplicateName, type, "", $"{type.Name} \"{id}\" is defined twice; the last one counts.", "Remove one of them.");
                table[id] = type;
            }
        }
    }

    /// <summary>Types within types beyond which nothing is followed: data objects need a handful, and a hostile file must not take the stack.</summary>
    public const int MaxNesting = 32;

    /// <summary>The section itself; null where the file has none.</summary>
    public SclElement? Section { get; }

    public SclElement? LNodeType(string? id) => id is null ? null : _lnodeTypes.GetValueOrDefault(id);

    public SclElement? DOType(string? id) => id is null ? null : _doTypes.GetValueOrDefault(id);

    public SclElement? DAType(string? id) => id is null ? null : _daTypes.GetValueOrDefault(id);

    public SclElement? EnumElement(string? id) => id is null ? null : _enumTypes.GetValueOrDefault(id);

    public EnumType? Enum(string? id)
    {
        if (id is null || !_enumTypes.TryGetValue(id, out var element))
        {
            return null;
        }

        if (!_enums.TryGetValue(id, out var type))
        {
            type = new EnumType(id, element.All("EnumVal").Where(v => SclAttributes.Ordinal.Find(v) is not null).Select(v => KeyValuePair.Create((int)SclAttributes.Ordinal.Find(v)!, v.Text.Trim())));
            _enums.Add(id, type);
        }

        return type;
    }
}
