using System.Globalization;

namespace DerAgent.Scl;

/// <summary>Expands what the templates declare for a logical node, leaf by leaf, exactly as written: nothing is mended and nothing left out,
/// so that what is served can be held against it.</summary>
internal sealed class DeclaredExpansion(TypeTemplates types, int limit)
{
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private Action<DeclaredLeaf> _take = static _ => { };
    private int _count;

    /// <summary>Types that do not exist or contain themselves, each time they are met.</summary>
    public int Unresolved { get; private set; }

    /// <summary>Whether there are more objects and attributes than the limit, and the rest was passed over.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Gives every leaf of a logical node; the reference starts with the data object.</summary>
    public void Expand(SclElement ln, Action<DeclaredLeaf> take)
    {
        _take = take;
        if (types.LNodeType(ln["lnType"]) is not { } type)
        {
            Unresolved++;
            return;
        }

        foreach (var member in type.All("DO"))
        {
            var name = member.Get("name");
            ExpandObject(member["type"], name, InstanceValues.Find(ln, name, null));
        }
    }

    private void ExpandObject(string? id, string path, SclElement? instance)
    {
        if (IsTooMuch())
        {
            return;
        }

        if (types.DOType(id) is not { } type || _open.Count >= TypeTemplates.MaxNesting || !_open.Add(id!))
        {
            Unresolved++;
            return;
        }

        var members = type.Children;
        foreach (var member in members)
        {
            if (member.Name is "SDO")
            {
                Repeat(member, members, path, instance, (p, i) => ExpandObject(member["type"], p, i));
            }
            else if (member.Name is "DA")
            {
                Repeat(member, members, path, instance, (p, i) => ExpandAttribute(member, p, member["fc"], i, []));
            }
        }

        _open.Remove(id!);
    }

    private void ExpandAttribute(SclElement attribute, string path, string? fc, SclElement? instance, IReadOnlyList<string> around)
    {
        if (IsTooMuch())
        {
            return;
        }

        if (attribute["bType"] != "Struct")
        {
            _take(new(path, fc, attribute["bType"], FirstValue(instance) ?? FirstValue(attribute)));
            return;
        }

        var id = attribute["type"];
        if (types.DAType(id) is not { } type || around.Count >= TypeTemplates.MaxNesting || around.Contains(id!, StringComparer.Ordinal))
        {
            Unresolved++;
            return;
        }

        IReadOnlyList<string> open = [.. around, id!];
        var members = type.Children;
        foreach (var member in members.Where(m => m.Name == "BDA"))
        {
            Repeat(member, members, path, instance, (p, i) => ExpandAttribute(member, p, fc, i, open));
        }
    }

    private void Repeat(SclElement member, IReadOnlyList<SclElement> siblings, string around, SclElement? instance, Action<string, SclElement?> expand)
    {
        var name = member.Get("name");
        var path = $"{around}.{name}";
        if (ArraySize.Read(member, siblings) is not { } size)
        {
            expand(path, InstanceValues.Find(instance, name, null));
            return;
        }

        // As the file declares it: what an instance says, or what cannot be served, does not count here.
        for (var i = 0; i < (size.Of ?? 1) && !IsCut; i++)
        {
            expand($"{path}({i.ToString(CultureInfo.InvariantCulture)})", InstanceValues.Find(instance, name, i));
        }
    }

    private bool IsTooMuch()
    {
        IsCut |= ++_count > limit;
        return IsCut;
    }

    private static string? FirstValue(SclElement? element) => element?.First("Val")?.Text.Trim();
}

/// <summary>A leaf as the file declares it.</summary>
/// <param name="Path">Data object and attributes, with array indexes.</param>
/// <param name="Fc">The <c>fc</c>, whatever it says.</param>
/// <param name="BasicType">The <c>bType</c>, whatever it says.</param>
/// <param name="Value">First <c>Val</c> of the instance, else of the template.</param>
public readonly record struct DeclaredLeaf(string Path, string? Fc, string? BasicType, string? Value);
