namespace DerAgent.Xmpp;

/// <summary>An XMPP address, <c>local@domain/resource</c> (RFC 7622). Local part and domain compare without case.</summary>
public sealed record Jid
{
    /// <summary>Octets of each part (RFC 7622 §3.1).</summary>
    private const int MaxPart = 1023;
    private static readonly System.Buffers.SearchValues<char> Forbidden = System.Buffers.SearchValues.Create("\"&'/:<>@ ");

    private Jid(string? local, string domain, string? resource)
    {
        Local = local;
        Domain = domain;
        Resource = resource;
    }

    /// <summary>Account name; null for a server.</summary>
    public string? Local { get; }

    /// <summary>Domain.</summary>
    public string Domain { get; }

    /// <summary>Resource; null for a bare JID.</summary>
    public string? Resource { get; }

    /// <summary>The address without resource.</summary>
    public Jid Bare => Resource is null ? this : new(Local, Domain, null);

    /// <summary>Whether there is no resource.</summary>
    public bool IsBare => Resource is null;

    /// <summary>This address with a resource.</summary>
    public Jid WithResource(string resource) => TryParse($"{Bare}/{resource}", out var jid) ? jid! : throw new FormatException($"\"{resource}\" is no resource.");

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static Jid Parse(string text) => TryParse(text, out var jid) ? jid! : throw new FormatException($"\"{text}\" is no JID: write account@domain or account@domain/resource.");

    /// <summary>Reads an address; null where it is none.</summary>
    public static Jid? Read(string? text) => TryParse(text, out var jid) ? jid : null;

    /// <summary>Reads an address; false where it is none.</summary>
    public static bool TryParse(string? text, out Jid? jid)
    {
        jid = null;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        string? resource = null, local = null;
        var rest = text;
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            resource = rest[(slash + 1)..];
            rest = rest[..slash];
        }

        var at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            local = rest[..at].ToLowerInvariant();
            rest = rest[(at + 1)..];
        }

        var domain = rest.ToLowerInvariant().TrimEnd('.');
        if (!IsPart(domain) || domain.Contains('@', StringComparison.Ordinal) || (local is not null && (!IsPart(local) || local.AsSpan().ContainsAny(Forbidden))) || (resource is not null && !IsPart(resource)))
        {
            return false;
        }

        jid = new(local, domain, resource);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => (Local is null ? "" : Local + "@") + Domain + (Resource is null ? "" : "/" + Resource);

    private static bool IsPart(string part) => part.Length > 0 && System.Text.Encoding.UTF8.GetByteCount(part) <= MaxPart && !part.Any(char.IsControl) && (part[0] != ' ' || part.Trim().Length > 0);
}
