using System.Text;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests.Soak;

/// <summary>A partner who comes and goes: each time it is another session.</summary>
internal sealed class SoakPartner(string account, VirtualTime time)
{
    private readonly Dictionary<string, bool> _terminations = new(StringComparer.Ordinal);
    private int _sessions;
    private uint _invokeId;

    /// <summary>His account.</summary>
    public string Account => account;

    /// <summary>His session; null: he is not there.</summary>
    public string? Session { get; private set; }

    /// <summary>He comes; what is wrong, or null.</summary>
    public string? Come(TestLink link)
    {
        Session = $"{account}/{++_sessions}";
        _terminations.Clear();
        return link.Answer(Send(link, TestAgent.Initiation, "set")) is InitiateResponse ? null : "he finds no association";
    }

    /// <summary>He is gone.</summary>
    public void Go() => Session = null;

    /// <summary>He commands a limit; the id of what he sent.</summary>
    public string Operate(TestLink link, string logicalDevice, float value)
    {
        _terminations.Remove(logicalDevice);
        var target = new VariableSpecification(ObjectName.In(logicalDevice, "DWMX1$CO$WMaxSptPct$Oper"));
        return Send(link, new ConfirmedRequest(_invokeId++, new WriteRequest(new VariableAccess.List([target]), [TestAgent.Oper(value, time)])), "get");
    }

    /// <summary>How his command ended; null: it has not.</summary>
    public bool? HasEnded(TestLink link, string logicalDevice)
    {
        foreach (var report in link.Reports(Session!))
        {
            var items = report.Variables is VariableAccess.List list ? list.Items.Select(i => i.Name).ToList() : [];
            if (items.Find(i => i.Item.EndsWith("$Oper", StringComparison.Ordinal)) is { Domain: { } domain })
            {
                _terminations[domain] = !items.Exists(i => i.Item == "LastApplError");
            }
        }

        return _terminations.TryGetValue(logicalDevice, out var isPositive) ? isPositive : null;
    }

    private string Send(TestLink link, MmsPdu pdu, string type)
    {
        var id = $"q{link.Received++}";
        link.Receive(Session!, "iq", type, id, Encoding.UTF8.GetString(AssociationEnvelope.Write("1", pdu, MmsDialect.Tr2015)));
        return id;
    }
}
