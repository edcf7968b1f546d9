using System.CommandLine;
using DerAgent.Devices;
using DerAgent.Model;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent profile</c>: device profiles, checked, shown and compared.</summary>
internal static class ProfileCommand
{
    public static Command Create() => new("profile", "Checks, shows and compares device profiles.") { Check(), Show(), Diff() };

    private static Command Check()
    {
        var files = new Argument<string[]>("file") { Description = "Profiles, or folders of them.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("check", "Says what is wrong with profiles, with file, line and column. Exits with 2 where there are errors.") { files };
        command.SetAction((parse, _) =>
        {
            var findings = 0;
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var file in parse.GetValue(files)!.SelectMany(f => Directory.Exists(f) ? ProfileLibrary.Files(f) : [f]))
            {
                var load = ProfileReader.Load(file);
                foreach (var finding in load.Findings)
                {
                    Console.WriteLine(finding);
                }

                findings += load.Findings.Count(f => f.IsError);
                if (load.Profile is not { } profile)
                {
                    continue;
                }

                if (!names.TryAdd(profile.Name, file))
                {
                    findings++;
                    Console.WriteLine($"{file}:1:1: error: {names[profile.Name]} is named \"{profile.Name}\", too.");
                    continue;
                }

                Console.WriteLine($"{file}: {profile.Name}, {profile.Points.Count} points, {profile.Points.Values.Count(p => p.IsWritable)} of them can be commanded");
            }

            return Task.FromResult(findings > 0 ? ExitCodes.Configuration : ExitCodes.Success);
        });
        return command;
    }

    private static Command Show()
    {
        var name = new Argument<string>("profile") { Description = "Name of a profile, or its file." };
        var variant = new Option<string[]>("--variant") { Description = "Variants to lay over it." };
        var profiles = CommonOptions.Profiles();
        var command = new Command("show", "Shows what a profile says: the device, its points, how they are written.") { name, variant, profiles };
        command.SetAction((parse, _) =>
        {
            if (Find(parse.GetValue(name)!, parse.GetValue(profiles)!, parse.GetValue(variant) ?? []) is not { } profile)
            {
                return Task.FromResult(ExitCodes.Configuration);
            }

            foreach (var line in ProfileView.Lines(profile))
            {
                Console.WriteLine(line);
            }

            return Task.FromResult(ExitCodes.Success);
        });
        return command;
    }

    private static Command Diff()
    {
        var first = new Argument<string>("first") { Description = "Name of a profile, or its file." };
        var second = new Argument<string>("second") { Description = "The one to compare it with." };
        var profiles = CommonOptions.Profiles();
        var command = new Command("diff", "Says what two profiles say otherwise, whatever the order and the form of their text. Exits with 1 where they differ.") { first, second, profiles };
        command.SetAction((parse, _) =>
        {
            var folders = parse.GetValue(profiles)!;
            if (Find(parse.GetValue(first)!, folders) is not { } one || Find(parse.GetValue(second)!, folders) is not { } other)
            {
                return Task.FromResult(ExitCodes.Configuration);
            }

            var lines = ProfileView.Differences(one, other).ToList();
            lines.ForEach(Console.WriteLine);
            return Task.FromResult(lines.Count > 0 ? ExitCodes.Failure : ExitCodes.Success);
        });
        return command;
    }

    /// <summary>A profile by its name or file, with variants laid over it; null where there is none, which is told.</summary>
    public static DeviceProfile? Find(string name, IReadOnlyList<string> folders, IReadOnlyList<string> variants)
    {
        if (Find(name, folders) is not { } profile)
        {
            return null;
        }

        if (variants.FirstOrDefault(v => profile.Variants.All(k => k.Name != v)) is { } unknown)
        {
            Console.Error.WriteLine($"{profile.Name} has no variant \"{unknown}\"; it has {(profile.Variants.Count == 0 ? "none" : string.Join(", ", profile.Variants.Select(v => v.Name)))}.");
            return null;
        }

        return ProfileReader.Apply(profile, variants).Profile ?? profile;
    }

    private static DeviceProfile? Find(string name, IReadOnlyList<string> folders)
    {
        if (File.Exists(name))
        {
            var load = ProfileReader.Load(name);
            foreach (var finding in load.Findings)
            {
                Console.Error.WriteLine(finding);
            }

            return load.Profile;
        }

        var library = ProfileLibrary.Load(ProfileLibrary.Shipped.Concat(folders), "--profiles");
        if (library.Profiles.TryGetValue(name, out var profile))
        {
            return profile;
        }

        foreach (var finding in library.Findings)
        {
            Console.Error.WriteLine(finding);
        }

        Console.Error.WriteLine($"There is no profile \"{name}\"{(Spelling.Nearest(name, library.Profiles.Keys) is { } near ? $"; did you mean \"{near}\"?" : $"; there are {string.Join(", ", library.Profiles.Keys.Order(StringComparer.Ordinal))}.")}");
        return null;
    }
}
