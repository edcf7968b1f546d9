using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What is known of a connection.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsLive">Whether it is up.</param>
/// <param name="Received">Messages that came.</param>
/// <param name="Sent">Messages that went.</param>
/// <param name="LostOfThousand">Of a thousand messages so many were lost.</param>
internal sealed record ChannelReport(string Name, bool IsLive, long Received, long Sent, long LostOfThousand);

/// <summary>
/// Shows the connections in the LCCH of the model (IEC 61850-7-4 §5.3.3), as far as it has them and nothing else feeds them: each connection in the one whose ApNam is its
/// name, the others in those without ApNam, in the order of both.
/// </summary>
internal sealed class ChannelObjects
{
    private readonly List<(LogicalNode Node, string Name)> _nodes;
    private readonly ValueStore _values;
    private readonly ProcessUpdates _updates;

    public ChannelObjects(ValueStore values, ProcessUpdates updates)
    {
        (_values, _updates) = (values, updates);
        _nodes = [.. values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes).Where(n => n.LnClass == "LCCH").Select(n => (n, NameOf(n)))];
    }

    /// <summary>Shows what is known.</summary>
    public void Show(IReadOnlyList<ChannelReport> channels, DateTimeOffset now)
    {
        var unnamed = new Queue<LogicalNode>(_nodes.Where(n => n.Name.Length == 0).Select(n => n.Node));
        foreach (var channel in channels)
        {
            var node = _nodes.Find(n => n.Name == channel.Name).Node ?? (unnamed.TryDequeue(out var next) ? next : null);
            if (node is not null)
            {
                Set(node, "ChLiv", "stVal", DataValue.Boolean(channel.IsLive), now);
                Set(node, "RxCnt", "actVal", DataValue.Integer(channel.Received), now);
                Set(node, "TxCnt", "actVal", DataValue.Integer(channel.Sent), now);
                Set(node, "FerCh", "stVal", DataValue.Integer(channel.LostOfThousand), now);
            }
        }
    }

    private string NameOf(LogicalNode ln) => ln.DataObject("ApNam")?.Attribute("setVal") is { IsLeaf: true } leaf ? _values[leaf.FirstSlot].AsText() : "";

    private void Set(LogicalNode ln, string name, string attribute, in DataValue value, DateTimeOffset now)
    {
        if (ln.DataObject(name)?.Attribute(attribute) is { IsLeaf: true, ShortAddress: null } leaf)
        {
            _updates.Apply(new(leaf.FirstSlot, value, Quality.Good, now));
        }
    }
}
