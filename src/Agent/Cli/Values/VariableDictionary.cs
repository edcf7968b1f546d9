using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary>What is known of a server's variables: types and units as the server tells them, literals from an SCL file or else from the standard.</summary>
/// <param name="client">The association.</param>
/// <param name="scl">The model of an SCL file; null: none is at hand.</param>
internal sealed class VariableDictionary(AcsiClient client, IedModel? scl)
{
    /// <summary>Attributes asked for at once: their answers fit any PDU.</summary>
    private const int AtOnce = 40;

    private static readonly string[] UnitNames = ["units", "xUnits", "yUnits", "zUnits"];

    private readonly Dictionary<ObjectName, KnownVariable> _known = [];

    /// <summary>What is known of variables.</summary>
    /// <exception cref="AcsiException">One of them is not there.</exception>
    public async Task<IReadOnlyList<KnownVariable>> OfAsync(IReadOnlyCollection<ObjectName> names, CancellationToken cancel)
    {
        var found = new List<KnownVariable>();
        foreach (var name in names.Where(n => !_known.ContainsKey(n)).Distinct())
        {
            found.Add(new(name, await client.GetDefinitionAsync(name, cancel)) { Scl = scl });
        }

        await AddAsync(found, cancel);
        return [.. names.Select(n => _known[n])];
    }

    /// <summary>What is known of a variable that may be gone, such as the one of an old entry of a log.</summary>
    public async Task<KnownVariable> FindAsync(ObjectName name, CancellationToken cancel)
    {
        try
        {
            return (await OfAsync([name], cancel))[0];
        }
        catch (AcsiException e) when (e.Error is not null)
        {
            return _known[name] = new(name, null) { Scl = scl };
        }
    }

    /// <summary>The value of a text for a variable: a number with or without its unit, a literal, or what else its type takes.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public async Task<DataValue> ParseAsync(ObjectName name, string text, CancellationToken cancel)
    {
        var variable = (await OfAsync([name], cancel))[0];
        return TextValues.Parse(TypedText.Plain(text, variable), variable.Type!) ?? throw new FormatException($"\"{text}\" is no value of {name}");
    }

    /// <summary>The value of a command, with what is known of its object; null where there is nothing to command: whoever commands it is told so.</summary>
    /// <param name="reference">The object, e.g. <c>PV1LD0/DWMX1.WMaxSptPct</c>.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<KnownVariable?> FindCommandAsync(string reference, CancellationToken cancel) =>
        ObjectReferences.Parse($"{reference}.Oper.ctlVal", FunctionalConstraint.CO) is { } name && await FindAsync(name, cancel) is { Type: not null } known ? known : null;

    private async Task AddAsync(List<KnownVariable> variables, CancellationToken cancel)
    {
        var asked = variables.SelectMany(Asked).Distinct().ToList();
        var answers = new Dictionary<ObjectName, DataValue>();
        foreach (var some in asked.Chunk(AtOnce))
        {
            var results = await client.ReadAsync(some, cancel);
            for (var i = 0; i < Math.Min(some.Length, results.Count); i++)
            {
                // Most of what is asked for is not there: no data object has all of it.
                if (results[i].Failure is null)
                {
                    answers[some[i]] = results[i].Value;
                }
            }
        }

        foreach (var variable in variables)
        {
            var own = Asked(variable).Where(answers.ContainsKey).Select(n => (Path: string.Join('.', n.Item.Split('$')[2..]), Value: answers[n])).ToList();
            _known[variable.Name] = variable with
            {
                Units = own.Select(static a => (a.Path, Unit: UnitText.Of(a.Value))).Where(static a => a.Unit is not null).ToDictionary(static a => a.Path, static a => a.Unit!, StringComparer.Ordinal),
                Pulses = own.Where(static a => a.Path.EndsWith(".pulsQty", StringComparison.Ordinal) && a.Value.Kind is DataKind.Float32 or DataKind.Float64)
                    .ToDictionary(static a => a.Path[..^".pulsQty".Length], static a => a.Value.AsDouble(), StringComparer.Ordinal),
            };
        }
    }

    /// <summary>The attributes that may tell the units of a variable's numbers.</summary>
    private static IEnumerable<ObjectName> Asked(KnownVariable variable)
    {
        if (variable.Name.Item.Split('$') is not [var node, _, _, ..])
        {
            yield break;
        }

        var names = variable.Path.Contains("crvPts", StringComparer.Ordinal) || Has(variable.Type, "crvPts") ? UnitNames : UnitNames[..1];
        foreach (var holder in Holders(variable))
        {
            foreach (var name in names)
            {
                yield return ObjectName.In(variable.Name.Domain, $"{node}$CF${holder}${name}");
            }

            if (Has(variable.Type, "actVal") || variable.Path.Contains("actVal", StringComparer.Ordinal))
            {
                yield return ObjectName.In(variable.Name.Domain, $"{node}$CF${holder}$pulsQty");
            }
        }
    }

    /// <summary>What may have units: the data object, what the variable's name goes through, and the data objects below it.</summary>
    private static IEnumerable<string> Holders(KnownVariable variable)
    {
        for (var depth = 1; depth <= Math.Min(2, variable.Path.Count); depth++)
        {
            yield return string.Join('$', variable.Path.Take(depth));
        }

        foreach (var component in (variable.Type as TypeDescription.Structure)?.Components ?? [])
        {
            if (component.Type is TypeDescription.Structure { Components: var parts } && parts.Any(static p => p.Name == "q"))
            {
                yield return $"{string.Join('$', variable.Path)}${component.Name}";
            }
        }
    }

    private static bool Has(TypeDescription? type, string component) => type is TypeDescription.Structure structure && structure.Components.Any(c => c.Name == component);
}

/// <summary>Units as people write them.</summary>
internal static class UnitText
{
    private const int NoUnit = 1;
    private const int Hundredth = -2;

    /// <summary>The text of an attribute <c>units</c> (IEC 61850-7-3 §6.6): <c>kW</c>; null where it says nothing.</summary>
    public static string? Of(in DataValue units)
    {
        if (units.Kind != DataKind.Structure || units.Items is not [var first, ..] || !first.TryAsInteger(out var unit))
        {
            return null;
        }

        var power = units.Items.Count > 1 && units.Items[1].TryAsInteger(out var multiplier) ? multiplier : 0;
        if (unit == NoUnit)
        {
            // Hundredths of nothing in particular.
            return power == Hundredth ? "%" : null;
        }

        return Literal("SIUnitKind", unit) is { Length: > 0 } name ? Literal("MultiplierKind", power) + name : null;
    }

    private static string? Literal(string enumeration, long ordinal) => EnumTable.Find(enumeration)!.FirstOrDefault(l => l.Key == ordinal).Value;
}
