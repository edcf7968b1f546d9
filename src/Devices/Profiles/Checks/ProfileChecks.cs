using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Whether what a profile says makes sense together. Each check is told at its place.</summary>
internal static class ProfileChecks
{
    /// <summary>Checks a profile.</summary>
    /// <param name="profile">What was read.</param>
    /// <param name="map">The whole text.</param>
    /// <param name="places">The text of its own points.</param>
    public static void Run(DeviceProfile profile, YamlMap map, IReadOnlyDictionary<string, YamlMap> places)
    {
        ArgumentNullException.ThrowIfNull(map);
        foreach (var (name, place) in places)
        {
            var point = profile.Points[name];
            if (point.Said is null)
            {
                CheckSpan(point, place, profile.Modbus);
                CheckScaleFactor(point, place, profile);
            }

            if (point.Writing is not null)
            {
                WriteChecks.Run(point, place, profile);
            }
        }

        CheckGroups(profile, places);
        ContractChecks.Run(profile, places);
    }

    /// <summary>All registers of a point exist, and one exchange reads or writes it.</summary>
    private static void CheckSpan(PointDefinition point, YamlMap map, ModbusTraits traits)
    {
        if (point.Model == 0 && point.End > RegisterSpace.Size)
        {
            map.Refuse($"Point \"{point.Name}\" takes the {point.Length} registers {point.Address} to {point.End - 1}; the last address is {RegisterSpace.Size - 1}.");
        }

        var isRegister = point.Type != PointType.Bit;
        if (isRegister && point.IsReadable && point.Length > traits.MaxRead)
        {
            map.Refuse($"Point \"{point.Name}\" has {point.Length} registers; one exchange reads {traits.MaxRead} (max-read).");
        }

        if (isRegister && point.IsWritable && point.Length > traits.MaxWrite)
        {
            map.Refuse($"Point \"{point.Name}\" has {point.Length} registers; one exchange writes {traits.MaxWrite} (max-write).");
        }

        if (point.IsWritable && point.Kind is RegisterKind.Input or RegisterKind.Discrete && point.Writing?.Steps.Count == 1 && !map.Has("steps"))
        {
            map.Refuse("access", $"Point \"{point.Name}\" is an {(point.Kind == RegisterKind.Input ? "input register" : "discrete input")}, which nobody can write.");
        }

        if (point is { IsWritable: true, Bits: not null, Length: > 1 })
        {
            map.Refuse("bits", $"Point \"{point.Name}\" is some bits of {point.Length} registers; bits of one register are written. Make points of the registers.");
        }

        if (point.WriteFunction == PointDefinition.MaskWrite && point.Bits is null)
        {
            map.Refuse("write-function", $"Function 22 changes some bits of a register; give \"{point.Name}\" bits, or write-function 6 or 16.");
        }

        if (point.Model == 0 && traits.Borders.FirstOrDefault(b => point.Address < b && b < point.End) is > 0 and var border)
        {
            map.Refuse($"Point \"{point.Name}\" lies over the border {border}, which no exchange crosses.");
        }

        if (point.Model == 0 && point.IsReadable && !point.IsAlone && traits.Forbidden.Any(f => point.Address <= f.Last && point.End > f.First))
        {
            map.Refuse($"Point \"{point.Name}\" lies where nothing is read unasked (forbidden); give it alone: true.");
        }
    }

    private static void CheckScaleFactor(PointDefinition point, YamlMap map, DeviceProfile profile)
    {
        if (point.ScaleFactor is not { } name || (!map.Has("scale-factor") && profile.Points.ContainsKey(name)))
        {
            return;
        }

        if (name == point.Name)
        {
            map.Refuse("scale-factor", $"Point \"{name}\" cannot be its own scale factor.");
        }
        else if (!profile.Points.TryGetValue(name, out var factor))
        {
            map.Refuse("scale-factor", Spelling.Nearest(name, profile.Points.Keys) is { } near ? $"There is no point \"{name}\"; did you mean \"{near}\"?" : $"There is no point \"{name}\" in the profile.");
        }
        else if (factor.ScaleFactor is not null)
        {
            map.Refuse("scale-factor", $"The scale factor \"{name}\" has a scale factor itself.");
        }
        else if (factor.Type is PointType.Text or PointType.Bit or PointType.Float32 or PointType.Float64 || !factor.IsReadable)
        {
            map.Refuse("scale-factor", $"The scale factor \"{name}\" is a whole number that can be read, the power of ten.");
        }
    }

    /// <summary>A group is read in one exchange: it must fit one.</summary>
    private static void CheckGroups(DeviceProfile profile, IReadOnlyDictionary<string, YamlMap> places)
    {
        foreach (var group in places.Keys.Select(n => profile.Points[n]).Where(p => p is { Group: not null, IsReadable: true }).GroupBy(p => p.Group!, StringComparer.Ordinal))
        {
            var (first, last, start) = (group.MinBy(p => p.Address)!, group.MaxBy(p => p.End)!, group.First());
            var place = places[last.Name];
            if (group.Any(p => (p.Kind, p.Model) != (start.Kind, start.Model)))
            {
                place.Refuse("group", $"The group \"{group.Key}\" has points of several kinds of registers or models; one exchange cannot read them.");
            }
            else if (group.FirstOrDefault(p => p.IsAlone) is { } alone && group.Count() > 1)
            {
                places[alone.Name].Refuse("alone", $"\"{alone.Name}\" cannot be read alone and in the group \"{group.Key}\".");
            }
            else if (last.End - first.Address > profile.Modbus.MaxRead && start.Type != PointType.Bit)
            {
                place.Refuse("group", $"The group \"{group.Key}\" takes {last.End - first.Address} registers from \"{first.Name}\" to \"{last.Name}\"; one exchange reads {profile.Modbus.MaxRead} (max-read).");
            }
            else if (start.Model == 0 && profile.Modbus.Borders.FirstOrDefault(b => first.Address < b && b < last.End) is > 0 and var border)
            {
                place.Refuse("group", $"The group \"{group.Key}\" lies over the border {border}, which no exchange crosses.");
            }
            else if (start.Model == 0 && profile.Modbus.Forbidden.Any(f => first.Address <= f.Last && last.End > f.First))
            {
                place.Refuse("group", $"The group \"{group.Key}\" lies over addresses that are never read unasked (forbidden).");
            }
        }
    }
}
