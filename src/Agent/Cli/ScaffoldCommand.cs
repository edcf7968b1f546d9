using System.CommandLine;
using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent scaffold</c>: writes the SCL file for chosen devices.</summary>
internal static class ScaffoldCommand
{
    public static Command Create()
    {
        var devices = new Argument<string[]>("device") { Description = "Device profiles: PROFILE, NAME=PROFILE or NAME=PROFILE@URL.", Arity = ArgumentArity.ZeroOrMore };
        var points = new Option<bool>("--points") { Description = "Print the names of points that templates look for, with unit, sign and what each feeds." };
        var template = new Option<string?>("--template") { Description = $"What the server shows: {string.Join(", ", SclScaffold.Templates)}. By default what fits the first device; plant for several." };
        var ied = new Option<string>("--ied") { Description = "Name of the IED.", DefaultValueFactory = _ => "DER1" };
        var jid = new Option<string?>("--jid") { Description = "JID of the agent's account; by default the IED's name at example.net." };
        var set = new Option<string[]>("--set") { Description = "A value that the device does not give, e.g. DGEN1.WMaxRtg=10000; without it the file says what to find out.", AllowMultipleArgumentsPerToken = false };
        var edition = new Option<string>("--edition") { Description = $"Edition of IEC 61850-6: {string.Join(", ", SclScaffold.Editions)}.", DefaultValueFactory = _ => SclScaffold.Editions[0] };
        var force = new Option<bool>("--force") { Description = "Write it although the template does not fit the devices; what is missing is said." };
        var profiles = CommonOptions.Profiles();
        var output = new Option<string?>("--output", "-o") { Description = "File to write; without it the text goes to the terminal. An existing file is not overwritten." };
        var command = new Command("scaffold", """
            Writes a documented, schema-valid SCL file for the devices of a site, with bindings, data sets, report blocks and the JID in place.
            What a device does not have is left out.

            Examples: der-agent scaffold sunspec-inverter --ied PV1 -o pv1.cid
                      der-agent scaffold 'bat1=sunspec-battery@modbus-tcp://192.168.1.30?unit=1' --template battery
                      der-agent scaffold sunspec-inverter sunspec-inverter sunspec-meter --template plant -o plant.cid
            """)
        {
            devices, template, ied, jid, set, edition, force, profiles, output, points,
        };
        command.SetAction((parse, _) =>
        {
            if (parse.GetValue(points))
            {
                Console.Out.Write(PointTable.Markdown());
                return Task.FromResult(ExitCodes.Success);
            }

            if (parse.GetValue(devices) is not { Length: > 0 })
            {
                Console.Error.WriteLine("Name the devices, e.g. der-agent scaffold sunspec-inverter; --points prints what templates look for.");
                return Task.FromResult(ExitCodes.Configuration);
            }

            var library = ProfileLibrary.Load(ProfileLibrary.Shipped.Concat(parse.GetValue(profiles)!), "--profiles");
            try
            {
                var chosen = Devices(parse.GetValue(devices)!, library).ToList();
                var request = new ScaffoldRequest
                {
                    Template = parse.GetValue(template) ?? Template(chosen),
                    Ied = Name(parse.GetValue(ied)!, "an IED"),
                    Jid = Address(parse.GetValue(jid) ?? $"{parse.GetValue(ied)!.ToLowerInvariant()}@example.net/IEC"),
                    Devices = chosen,
                    Edition = parse.GetValue(edition)!,
                    Values = Values(parse.GetValue(set) ?? []),
                };
                var text = SclScaffold.Write(request);
                if (SclScaffold.Missing(request) is { Count: > 0 } missing)
                {
                    Console.Error.WriteLine($"The template {request.Template} needs {string.Join(" and ", missing)}; {string.Join(", ", chosen.Select(d => d.Profile).Distinct(StringComparer.Ordinal))} {(chosen.Count == 1 ? "has" : "have")} none.");
                    if (!parse.GetValue(force))
                    {
                        Console.Error.WriteLine("Choose another template, or write it all the same with --force.");
                        return Task.FromResult(ExitCodes.Configuration);
                    }
                }

                TellUnused(request, library);
                return Task.FromResult(Put(text, parse.GetValue(output)));
            }
            catch (ArgumentException e)
            {
                Console.Error.WriteLine(e.Message.Split(" (Parameter", 2)[0]);
                foreach (var finding in library.Findings)
                {
                    Console.Error.WriteLine(finding);
                }

                return Task.FromResult(ExitCodes.Configuration);
            }
        });
        return command;
    }

    /// <summary>What the profile gives and the file does not show; not what other points need.</summary>
    private static void TellUnused(ScaffoldRequest request, ProfileLibrary library)
    {
        var own = request.Devices.ToDictionary(d => d.Name, d => library.Profiles[d.Profile] is var p ? p.Own.Except(p.Helpers, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal) : [], StringComparer.Ordinal);
        var unused = SclScaffold.Unused(request).Where(u => own[u.Device].Contains(u.Point)).GroupBy(u => u.Device, StringComparer.Ordinal)
            .Select(d => (Device: d.Key, Points: string.Join(", ", d.Select(u => u.Near is null ? u.Point : $"{u.Point} (did you mean {u.Near}?)"))));
        foreach (var same in unused.GroupBy(d => d.Points, d => d.Device, StringComparer.Ordinal))
        {
            var names = same.ToList();
            Console.Error.WriteLine($"{string.Join(", ", names.Take(3))}{(names.Count > 3 ? $" and {names.Count - 3} more" : "")}: the template {request.Template} has no use for {same.Key}; bind them with sAddr, or see docs/points.md for the names it looks for.");
        }
    }

    private static int Put(string text, string? file)
    {
        if (file is null)
        {
            Console.Out.Write(text);
            return ExitCodes.Success;
        }

        if (NewFile.Put(file, System.Text.Encoding.UTF8.GetBytes(text)) is { } failure)
        {
            Console.Error.WriteLine(failure);
            return ExitCodes.Failure;
        }

        Console.Error.WriteLine($"{file} is written. Look at it with: der-agent show {file}; check it with: der-agent check {file}");
        return ExitCodes.Success;
    }

    private static string Template(List<ScaffoldDevice> devices) => devices.Count > 1 ? "plant" : devices[0].Kind switch { "inverter" => "pv", var kind => kind };

    private static string Name(string name, string what) => SclScaffold.IsName(name) ? name
        : throw new ArgumentException($"\"{name}\" is no name of {what}; use letters, digits and underscores, a letter first, at most 64.", nameof(name));

    private static string Address(string jid) => SclJids.Fault(jid) is { } fault ? throw new ArgumentException($"\"{jid}\" is no JID: {fault}.", nameof(jid)) : jid;

    private static Dictionary<string, string> Values(IReadOnlyList<string> texts)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == text.Length - 1)
            {
                throw new ArgumentException($"\"{text}\" sets nothing; write --set DGEN1.WMaxRtg=10000.", nameof(texts));
            }

            values[text[..equals]] = text[(equals + 1)..];
        }

        return values;
    }

    private static IEnumerable<ScaffoldDevice> Devices(IReadOnlyList<string> texts, ProfileLibrary library)
    {
        var count = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var at = text.IndexOf('@', StringComparison.Ordinal);
            var head = at < 0 ? text : text[..at];
            var equals = head.IndexOf('=', StringComparison.Ordinal);
            var profileName = head[(equals + 1)..];
            if (!library.Profiles.TryGetValue(profileName, out var profile))
            {
                throw new ArgumentException($"There is no profile \"{profileName}\"; there are {string.Join(", ", library.Profiles.Keys.Order(StringComparer.Ordinal))}. Name its folder with --profiles.", nameof(texts));
            }

            var device = ScaffoldDevices.Of(profile, "", at < 0 ? profile.Serial is null ? "modbus-tcp://192.168.1.20:502?unit=1" : "serial:///dev/ttyS1?unit=1" : text[(at + 1)..]);
            var prefix = device.Kind switch { "battery" => "bat", "chp" => "chp", "meter" => "met", _ => "inv" };
            count[prefix] = count.GetValueOrDefault(prefix) + 1;
            var number = count[prefix];
            if (at < 0 && number > 1)
            {
                device = device with { Url = $"{device.Url[..^1]}{number}" };
            }

            yield return device with { Name = Name(equals > 0 ? head[..equals] : $"{prefix}{number}", "a device") };
        }
    }
}
