using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace DerAgent.Xmpp;

/// <summary>Whether a certificate speaks for an XMPP domain (RFC 6120 §13.7.1.2, RFC 6125): dNSName, SRVName or id-on-xmppAddr.</summary>
internal static class ServerName
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string XmppAddr = "1.3.6.1.5.5.7.8.5";
    private const string SrvName = "1.3.6.1.5.5.7.8.7";

    public static bool Matches(X509Certificate2 certificate, string domain)
    {
        foreach (var (kind, name) in Names(certificate))
        {
            var matches = kind switch
            {
                "dns" => MatchesDns(name, domain),
                SrvName => string.Equals(name, "_xmpp-client." + domain, StringComparison.OrdinalIgnoreCase),
                _ => string.Equals(name, domain, StringComparison.OrdinalIgnoreCase),
            };
            if (matches)
            {
                return true;
            }
        }

        return false;
    }

    private static bool MatchesDns(string name, string domain)
    {
        if (string.Equals(name, domain, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        // A wildcard stands for the whole left-most label, nothing else (RFC 6125 §6.4.3).
        var dot = domain.IndexOf('.', StringComparison.Ordinal);
        return name.StartsWith("*.", StringComparison.Ordinal) && dot > 0 && string.Equals(name[1..], domain[dot..], StringComparison.OrdinalIgnoreCase);
    }

    private static List<(string Kind, string Name)> Names(X509Certificate2 certificate)
    {
        var names = new List<(string Kind, string Name)>();
        var extension = certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == SubjectAlternativeName);
        if (extension is null)
        {
            return names;
        }

        try
        {
            var list = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (list.HasData)
            {
                var tag = list.PeekTag();
                if (tag.HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 2)))
                {
                    names.Add(("dns", list.ReadCharacterString(UniversalTagNumber.IA5String, tag)));
                }
                else if (tag.HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    AddOtherName(list.ReadSequence(tag), names);
                }
                else
                {
                    list.ReadEncodedValue();
                }
            }
        }
        catch (AsnContentException)
        {
            // A certificate whose names cannot be read speaks for nobody.
            names.Clear();
        }

        return names;
    }

    private static void AddOtherName(AsnReader other, List<(string Kind, string Name)> names)
    {
        var kind = other.ReadObjectIdentifier();
        if (kind is not (XmppAddr or SrvName))
        {
            return;
        }

        var value = other.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
        names.Add((kind, value.ReadCharacterString(kind == XmppAddr ? UniversalTagNumber.UTF8String : UniversalTagNumber.IA5String)));
    }
}
