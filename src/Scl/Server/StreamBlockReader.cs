using System.Globalization;
using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Reads GOOSE and sampled-value control blocks with where they are sent (IEC 61850-6 §9.3.10, §9.3.11, §9.4.4): clients see them, and see them disabled.</summary>
/// <param name="connected">The ConnectedAPs of the access point served.</param>
/// <param name="findings">Where findings go.</param>
internal sealed class StreamBlockReader(IReadOnlyList<SclElement> connected, SclFindings findings)
{
    /// <summary>The blocks of a logical node.</summary>
    /// <param name="ln">The logical node.</param>
    /// <param name="inst">Inst of its logical device.</param>
    public IReadOnlyList<StreamControlDefinition> Read(SclElement ln, string inst) =>
    [
        .. ln.All("GSEControl").Where(g => SclAttributes.GseType.Of(g) == "GOOSE").Select(g => Goose(g, inst)),
        .. ln.All("SampledValueControl").Select(s => SampledValues(s, inst)),
    ];

    private StreamControlDefinition Goose(SclElement block, string inst)
    {
        var at = Find("GSE", inst, block.Get("name"));
        return Common(block, at, FunctionalConstraint.GO, "appID") with
        {
            Times = (Milliseconds(at?.First("MinTime")), Milliseconds(at?.First("MaxTime"))),
            HasFixedOffsets = SclAttributes.FixedOffsets.Of(block),
        };
    }

    private StreamControlDefinition SampledValues(SclElement block, string inst)
    {
        var options = block.First("SmvOpts");
        ulong Option(SclFlag flag, int bit) => flag.Of(options) ? 1UL << bit : 0;
        return Common(block, Find("SMV", inst, block.Get("name")), SclAttributes.Multicast.Of(block) ? FunctionalConstraint.MS : FunctionalConstraint.US, "smvID") with
        {
            Samples = new(
                SclAttributes.SampleRate.Of(block),
                SclAttributes.SampleMode.Of(block) switch { "SmpPerSec" => 1, "SecPerSmp" => 2, _ => 0 },
                SclAttributes.Asdus.Of(block),
                // sampleSynchronized is true in every file (IEC 61850-6 §9.3.11).
                Option(SclAttributes.SampleRefreshTime, 0) | 1UL << 1 | Option(SclAttributes.SampleShowsRate, 2) | Option(SclAttributes.SampleDataSet, 3) | Option(SclAttributes.SampleSecurity, 4)),
        };
    }

    private StreamControlDefinition Common(SclElement block, SclElement? at, FunctionalConstraint fc, string id) => new()
    {
        Name = block.Get("name"),
        Fc = fc,
        Id = block.Get(id),
        DataSet = block["datSet"] is { Length: > 0 } dataSet ? dataSet : null,
        ConfigurationRevision = SclAttributes.ConfigurationRevision.Of(block),
        Address = at is null ? StreamAddress.None : Address(at),
    };

    private SclElement? Find(string kind, string inst, string name) => connected.SelectMany(c => c.All(kind)).FirstOrDefault(e => e["ldInst"] == inst && e["cbName"] == name);

    private StreamAddress Address(SclElement at)
    {
        SclElement? Part(string type) => at.First("Address")?.All("P").FirstOrDefault(p => p["type"] == type);
        return new(
            Read<ReadOnlyMemory<byte>>(Part("MAC-Address"), "six octets as 01-0C-CD-01-00-00", Mac) ?? StreamAddress.None.Mac,
            Read<byte>(Part("VLAN-PRIORITY"), "0 to 7", static t => byte.TryParse(t, CultureInfo.InvariantCulture, out var v) && v <= 7 ? v : null) ?? 0,
            Read<ushort>(Part("VLAN-ID"), "three hexadecimal digits", static t => Hexadecimal(t) is { } v and <= 0xFFF ? v : null) ?? 0,
            Read<ushort>(Part("APPID"), "four hexadecimal digits", Hexadecimal) ?? 0);
    }

    private uint Milliseconds(SclElement? time) => Read<uint>(time, "a whole number of milliseconds", static t => uint.TryParse(t, CultureInfo.InvariantCulture, out var v) ? v : null) ?? 0;

    /// <summary>The text of an element as something; null, after a finding, where it cannot be read.</summary>
    private T? Read<T>(SclElement? element, string expected, Func<string, T?> read)
        where T : struct
    {
        if (element is null || element.Text.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        var value = read(text);
        if (value is null)
        {
            findings.Warning(SclCodes.BadAttribute, element, "", $"{element["type"] ?? element.Name} \"{text}\" is not {expected}; 0 is shown.", $"Write {expected}.");
        }

        return value;
    }

    private static ushort? Hexadecimal(string text) => ushort.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static ReadOnlyMemory<byte>? Mac(string text)
    {
        var parts = text.Split('-', ':');
        var octets = new byte[6];
        for (var i = 0; i < octets.Length; i++)
        {
            if (parts.Length != octets.Length || parts[i].Length != 2 || !byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out octets[i]))
            {
                return null;
            }
        }

        return octets;
    }
}
