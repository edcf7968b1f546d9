using System.CommandLine;
using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent scaffold</c>: writes the SCL file for chosen devices.</summary>
internal static class ScaffoldCommand
{
    public static Command Create()
    {
        var devices = new Argument<string[]>("device") { Description = "Device profiles: PROFILE, NAME=PROFILE or NAME=PROFILE@URL.", Arity = ArgumentArity.OneOrMore };
        var template = new Option<string?>("--template") { Description = $"What the server shows: {string.Join(", ", SclScaffold.Templates)}. By default what fits the first device; plant for several." };
        var ied = new Option<string>("--ied") { Description = "Name of the IED.", DefaultValueFactory = _ => "DER1" };
        var jid = new Option<string?>("--jid") { Description = "JID of the agent's account; by default the IED's name at example.net." };
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
            devices, template, ied, jid, profiles, output,
        };
        command.SetAction((parse, _) =>
        {
            var library = ProfileLibrary.Load(ProfileLibrary.Shipped.Concat(parse.GetValue(profiles)!), "--profiles");
            try
            {
                var chosen = Devices(parse.GetValue(devices)!, library).ToList();
                var text = SclScaffold.Write(new()
                {
                    Template = parse.GetValue(template) ?? Template(chosen),
                    Ied = Name(parse.GetValue(ied)!),
                    Jid = parse.GetValue(jid) ?? $"{parse.GetValue(ied)!.ToLowerInvariant()}@example.net/IEC",
                    Devices = chosen,
                });
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

    private static int Put(string text, string? file)
    {
        if (file is null)
        {
            Console.Out.Write(text);
            return ExitCodes.Success;
        }

        try
        {
            using var stream = new FileStream(file, FileMode.CreateNew);
            using var writer = new StreamWriter(stream);
            writer.Write(text);
            Console.Error.WriteLine($"{file} is written. Look at it with: der-agent show {file}; check it with: der-agent check {file}");
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{file} cannot be written: {e.Message}");
            return ExitCodes.Failure;
        }
    }

    private static string Template(List<ScaffoldDevice> devices) => devices.Count > 1 ? "plant" : devices[0].Kind switch { "inverter" => "pv", var kind => kind };

    private static string Name(string name) => name.Length is > 0 and <= 64 && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        ? name
        : throw new ArgumentException($"\"{name}\" is no name of an IED; use letters, digits and underscores, a letter first.", nameof(name));

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

            var points = profile.Points.ToDictionary(p => p.Key, p => new ScaffoldPoint(p.Value.IsWritable, p.Value.Unit), StringComparer.Ordinal);
            var device = new ScaffoldDevice("", profileName, at < 0 ? "modbus-tcp://192.168.1.20:502?unit=1" : text[(at + 1)..], points);
            var prefix = device.Kind switch { "battery" => "bat", "chp" => "chp", "meter" => "met", _ => "inv" };
            count[prefix] = count.GetValueOrDefault(prefix) + 1;
            var number = count[prefix];
            if (at < 0 && number > 1)
            {
                device = device with { Url = $"modbus-tcp://192.168.1.20:502?unit={number}" };
            }

            yield return device with { Name = equals > 0 ? head[..equals] : $"{prefix}{number}" };
        }
    }
}
