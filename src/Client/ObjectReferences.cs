using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Client;

/// <summary>References as people write them: <c>PV1LD0/MMXU1.TotW.mag.f[MX]</c>, or as the wire has them: <c>PV1LD0/MMXU1$MX$TotW$mag$f</c>.</summary>
internal static class ObjectReferences
{
    /// <summary>Name of a data set or a log as people write it, <c>PV1LD0/LLN0.Measurements</c>, or with a dollar as the wire has it; null where the text is none.</summary>
    public static ObjectName? ParseNamed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var name = text[(slash + 1)..].Replace('.', '$');
        return slash > 0 && name.Split('$') is [{ Length: > 0 }, { Length: > 0 }] ? ObjectName.In(text[..slash], name) : null;
    }

    /// <summary>The MMS name; null where the text is no reference. Without a constraint the caller must find it.</summary>
    public static ObjectName? Parse(string text, FunctionalConstraint? otherwise = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == text.Length - 1)
        {
            return null;
        }

        var domain = text[..slash];
        var rest = text[(slash + 1)..];
        if (rest.Contains('$', StringComparison.Ordinal))
        {
            return ObjectName.In(domain, rest);
        }

        var fc = otherwise;
        if (rest.EndsWith(']') && rest.LastIndexOf('[') is > 0 and var bracket)
        {
            if (!IedModel.TryParse(rest.AsSpan()[(bracket + 1)..^1], out var given))
            {
                return null;
            }

            fc = given;
            rest = rest[..bracket];
        }

        var parts = rest.Split('.');
        if (parts.Any(p => p.Length == 0))
        {
            return null;
        }

        return parts.Length == 1 && fc is null
            ? ObjectName.In(domain, parts[0])
            : fc is null ? null : ObjectName.In(domain, string.Join('$', [parts[0], fc.ToString()!, .. parts[1..]]));
    }
}
