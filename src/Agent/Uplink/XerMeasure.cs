using DerAgent.Acsi;
using DerAgent.Mms;

namespace DerAgent.Agent;

/// <summary>Octets of what is encoded in XER.</summary>
internal sealed class XerMeasure : IPduMeasure
{
    /// <inheritdoc/>
    public int Envelope => 512;

    /// <inheritdoc/>
    public int OfIdentifier(string name) => "<Identifier></Identifier>".Length + XerText.Octets(name);
}
