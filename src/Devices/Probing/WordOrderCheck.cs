namespace DerAgent.Devices;

/// <summary>Whether the words of numbers come in the order that the profile says: a number of two registers is seldom a multiple of 65536, and seldom beyond what its quantity allows. Pure.</summary>
internal static class WordOrderCheck
{
    /// <summary>Whether a point tells anything of the order of words.</summary>
    private static bool Tells(PointDefinition point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point is { Length: 2, Model: 0, Map.IsEmpty: true, Bits: null, Type: PointType.Int32 or PointType.UInt32 or PointType.Float32 };
    }

    /// <summary>A sentence where most numbers make sense only the other way round.</summary>
    /// <param name="raw">Points with their registers.</param>
    /// <param name="order">Word order of the device, as its profile says.</param>
    public static IEnumerable<string> Of(IReadOnlyList<(PointDefinition Point, ushort[] Registers)> raw, WordOrder order)
    {
        ArgumentNullException.ThrowIfNull(raw);
        var (asSaid, other) = (0, new List<string>());
        foreach (var (point, registers) in raw.Where(r => Tells(r.Point)))
        {
            var own = RegisterCodec.OrderOf(point, order);
            var turned = own == WordOrder.HighFirst ? WordOrder.LowFirst : WordOrder.HighFirst;
            var (said, otherwise) = (RegisterCodec.Decode(point, registers, 0, own), RegisterCodec.Decode(point with { Order = turned }, registers, 0, turned));
            if (said.IsNone || otherwise.IsNone || registers[0] == registers[1])
            {
                continue;
            }

            var (isSense, isOtherSense) = (MakesSense(point, registers, own, said), MakesSense(point, registers, turned, otherwise));
            asSaid += isSense && !isOtherSense ? 1 : 0;
            if (isOtherSense && !isSense)
            {
                other.Add($"{point.Name} {PointProbe.Shown(otherwise)} instead of {PointProbe.Shown(said)} {point.Unit}".TrimEnd());
            }
        }

        if (other.Count > asSaid)
        {
            yield return $"the words of numbers seem to come the other way round ({string.Join("; ", other.Take(3))}): turn order in the profile (modbus: order, or the points' own)";
        }
    }

    private static bool MakesSense(PointDefinition point, ushort[] registers, WordOrder order, in PointValue value)
    {
        var (high, low) = order == WordOrder.HighFirst ? (registers[0], registers[1]) : (registers[1], registers[0]);
        return point.Type == PointType.Float32 ? Math.Abs(value.Number) is 0 or (> 1e-6 and < 1e12)
            : (high, low) is (0 or ushort.MaxValue, _) || (low != 0 && high < 0x100) ? new Plausibility().QualityOf(point, value).IsGood : false;
    }
}
