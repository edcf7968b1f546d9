using System.Globalization;

namespace DerAgent.Scl;

/// <summary>Whether the components a type has fit the presence conditions of its class (IEC 61850-7-7 §6, conditions of IEC 61850-7-2 §5.6).</summary>
internal static class PresenceConditions
{
    /// <summary>What the surroundings of a type decide.</summary>
    /// <param name="IsLn0">The object belongs to LLN0.</param>
    /// <param name="IsRootLn0">It belongs to the LLN0 of a root logical device.</param>
    /// <param name="ControlModel">Control model of the object; null where unknown.</param>
    /// <param name="UsesScaledIntegers">Whether integers stand for analogue values.</param>
    /// <param name="IsStatistic">Whether the logical node derives statistics (it has ClcSrc).</param>
    /// <param name="IsForeignNode">The class is of another name space than the logical device says (ldNs).</param>
    /// <param name="IsForeignData">The data object is of another name space than its logical node.</param>
    internal sealed record Surroundings(bool IsLn0, bool IsRootLn0, long? ControlModel, bool UsesScaledIntegers, bool IsStatistic, bool IsForeignNode, bool IsForeignData);

    /// <summary>The conditions that do not hold: the component meant and one sentence.</summary>
    /// <param name="members">Components of the class.</param>
    /// <param name="present">Names the type has, by component of the class.</param>
    /// <param name="around">What the surroundings decide.</param>
    public static IEnumerable<(string Name, string Text)> Check(IReadOnlyList<NsdMember> members, ILookup<string, string> present, Surroundings around)
    {
        bool Has(string name) => present.Contains(name);
        foreach (var member in members)
        {
            var condition = around.IsStatistic ? member.StatisticsPresence : member.Presence;
            if (Single(member, condition, Has, around) is { } fault)
            {
                yield return (member.Name, fault);
            }
            else if (condition is "OmultiRange" or "MmultiRange" && Range(member, present[member.Name]) is { } outside)
            {
                yield return (member.Name, outside);
            }
        }

        foreach (var fault in Groups(members, Has))
        {
            yield return fault;
        }
    }

    private static string? Single(NsdMember member, string condition, Func<string, bool> has, Surroundings around)
    {
        var present = has(member.Name);
        var sibling = member.Arguments;
        return condition switch
        {
            "M" or "Mmulti" when !present && !member.IsDeprecated => "it is mandatory",
            "F" when present => around.IsStatistic ? "it is forbidden in a logical node that derives statistics (one with ClcSrc)" : "it is forbidden",
            "MF" or "MmultiF" when has(sibling) != present => present ? $"it is forbidden without {sibling}" : $"it is mandatory beside {sibling}",
            "MO" when has(sibling) && !present => $"it is mandatory beside {sibling}",
            "OM" when !has(sibling) && !present => $"it is mandatory without {sibling}",
            "FM" when has(sibling) == present => present ? $"it is forbidden beside {sibling}" : $"it is mandatory without {sibling}",
            "OF" when present && !has(sibling) => $"it is forbidden without {sibling}",
            "MONamPlt" or "MOlnNs" when around.IsForeignNode && !present => "it is mandatory where the class is of another name space than ldNs of the logical device",
            "MOdataNs" when around.IsForeignData && !present => "it is mandatory where the data object is of another name space than its logical node",
            "MOln0" when around.IsLn0 && !present => "it is mandatory in LLN0",
            "MFln0" when around.IsLn0 && !present => "it is mandatory in LLN0",
            "MFln0" when !around.IsLn0 && present => "it is forbidden outside LLN0",
            "MOrootLD" when around.IsRootLn0 && !present => "it is mandatory in the LLN0 of a root logical device",
            "MFsubst" => Substitution(member, has, present),
            "MOctrl" when Controlled(around, 1, 2, 3, 4) && !present => "it is mandatory for an object that can be commanded",
            "MOsboNormal" when Controlled(around, 2) && !present => "it is mandatory for select-before-operate with normal security",
            "MOsboEnhanced" when Controlled(around, 4) && !present => "it is mandatory for select-before-operate with enhanced security",
            "MOsbo" when Controlled(around, 2, 4) && !present => "it is mandatory for select-before-operate",
            "MOenhanced" when Controlled(around, 3, 4) && !present => "it is mandatory for control with enhanced security",
            "MFscaledAV" or "MFscaledMagV" or "MFscaledAngV" when around.UsesScaledIntegers != present => present ? "it is forbidden where no integer stands for an analogue value" : "it is mandatory where integers stand for analogue values",
            _ => null,
        };
    }

    /// <summary>Substitution is whole or not there at all (IEC 61850-7-3 §6.2).</summary>
    private static string? Substitution(NsdMember member, Func<string, bool> has, bool present)
    {
        var any = has("subEna") || has("subVal") || has("subQ") || has("subID") || has("subMag") || has("subCVal");
        return any && !present ? "substitution needs all of subEna, the value, subQ and subID" : null;
    }

    private static bool Controlled(Surroundings around, params ReadOnlySpan<long> models)
    {
        return around.ControlModel is { } model && models.Contains(model);
    }

    private static string? Range(NsdMember member, IEnumerable<string> names)
    {
        var limits = member.Arguments.Split(',', StringSplitOptions.TrimEntries);
        if (limits.Length != 2 || !int.TryParse(limits[0], out var min) || !int.TryParse(limits[1], out var max))
        {
            return null;
        }

        foreach (var name in names)
        {
            var digits = name[member.Name.Length..];
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < min || number > max)
            {
                return $"its number is {min} to {max}";
            }
        }

        return null;
    }

    private static IEnumerable<(string Name, string Text)> Groups(IReadOnlyList<NsdMember> members, Func<string, bool> has)
    {
        foreach (var group in members.Where(m => m.Presence == "AtLeastOne").GroupBy(m => m.Arguments, StringComparer.Ordinal).Where(g => !g.Any(m => has(m.Name))))
        {
            yield return (group.First().Name, $"at least one of {List(group)} is mandatory");
        }

        foreach (var group in members.Where(m => m.Presence == "AtMostOne").GroupBy(m => m.Arguments, StringComparer.Ordinal).Where(g => g.Count(m => has(m.Name)) > 1))
        {
            yield return (group.First().Name, $"only one of {List(group)} is allowed");
        }

        foreach (var group in members.Where(m => m.Presence is "AllOrNonePerGroup" or "MAllOrNonePerGroup").GroupBy(m => m.Arguments, StringComparer.Ordinal))
        {
            if (group.Any(m => has(m.Name)) && group.FirstOrDefault(m => !has(m.Name)) is { } missing)
            {
                yield return (missing.Name, $"{List(group)} stand together or not at all");
            }
        }

        // What a condition makes mandatory it makes mandatory together; the rest of it is in words nobody can compute.
        foreach (var group in members.Where(m => m.Presence == "MFcond").GroupBy(m => m.Arguments, StringComparer.Ordinal))
        {
            if (group.Any(m => has(m.Name)) && group.FirstOrDefault(m => !has(m.Name)) is { } missing)
            {
                yield return (missing.Name, $"{List(group)} stand together or not at all");
            }
        }

        // One of the groups, complete, and nothing of the others.
        var only = members.Where(m => m.Presence == "AllOnlyOneGroup").GroupBy(m => m.Arguments, StringComparer.Ordinal).ToList();
        if (only.Count > 0 && (only.Count(g => g.Any(m => has(m.Name))) != 1 || !only.Exists(g => g.All(m => has(m.Name)))))
        {
            yield return (only[0].First().Name, $"exactly one of {string.Join(" or ", only.Select(List))} is mandatory");
        }

        var atLeast = members.Where(m => m.Presence == "AllAtLeastOneGroup").GroupBy(m => m.Arguments, StringComparer.Ordinal).ToList();
        if (atLeast.Count > 0 && !atLeast.Exists(g => g.All(m => has(m.Name))))
        {
            yield return (atLeast[0].First().Name, $"all of {string.Join(" or all of ", atLeast.Select(List))} are mandatory");
        }
    }

    private static string List(IEnumerable<NsdMember> members) => string.Join(", ", members.Select(m => m.Name));
}
