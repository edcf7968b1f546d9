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

    private readonly List<SclElement> _second = [];
    private readonly SclFindings _findings;

    public TypeTemplates(SclElement? section, SclFindings findings)
    {
        (Section, _findings) = (section, findings);
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
                _second.Add(type);
                table[id] = type;
            }
        }
    }

    /// <summary>Types within types beyond which nothing is followed: data objects need a handful, and a hostile file must not take the stack.</summary>
    public const int MaxNesting = 32;

    /// <summary>The section itself; null where the file has none.</summary>
    public SclElement? Section { get; }

    public SclElement? LNodeType(string? id) => Use(id, _lnodeTypes);

    public SclElement? DOType(string? id) => Use(id, _doTypes);

    public SclElement? DAType(string? id) => Use(id, _daTypes);

    public SclElement? EnumElement(string? id) => Use(id, _enumTypes);

    public EnumType? Enum(string? id)
    {
        if (Use(id, _enumTypes) is not { } element)
        {
            return null;
        }

        if (!_enums.TryGetValue(id!, out var type))
        {
            type = new EnumType(id!, element.All("EnumVal").Where(v => SclAttributes.Ordinal.Find(v) is not null).Select(v => KeyValuePair.Create((int)SclAttributes.Ordinal.Find(v)!, v.Text.Trim())));
            _enums.Add(id!, type);
        }

        return type;
    }

    /// <summary>Says what is wrong with the types themselves: with those that are used, or with all.</summary>
    /// <param name="onlyUsed">Whether types that nothing uses are left alone: they are other IEDs' business.</param>
    public void Check(bool onlyUsed)
    {
        foreach (var type in _second.Where(t => !onlyUsed || t.IsUsed))
        {
            _findings.Warning(SclCodes.DuplicateName, type, "", $"{type.Name} \"{type["id"]}\" is defined twice; the last one counts.", "Remove one of them.");
        }

        if (!onlyUsed && Section?.All("LNodeType").Where(t => !t.IsUsed).ToList() is { Count: > 0 } unused)
        {
            _findings.Info(SclCodes.UnusedType, unused[0], unused[0].Get("id"), unused.Count == 1 ? $"Nothing uses the LNodeType \"{unused[0]["id"]}\"." : $"Nothing uses {unused.Count} LNodeTypes; the first is \"{unused[0]["id"]}\".", "Remove them, or leave them for later.");
        }

        foreach (var type in (Section?.Children ?? []).Where(t => !onlyUsed || t.IsUsed).ToList())
        {
            ElementCheck.Run(type, _findings);
            TemplateCheck.Run(type, this, _findings);
        }
    }

    private static SclElement? Use(string? id, Dictionary<string, SclElement> table)
    {
        if (id is null || !table.TryGetValue(id, out var type))
        {
            return null;
        }

        type.IsUsed = true;
        return type;
    }
}
