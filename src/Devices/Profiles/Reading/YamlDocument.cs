using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace DerAgent.Devices;

/// <summary>Reads a YAML text into its one mapping. Whatever the text holds becomes a finding with its place: nothing is thrown, and nesting is bounded before a tree is built.</summary>
internal static class YamlDocument
{
    private const int MaxDepth = 32;

    /// <summary>The mapping; null where the findings say why there is none.</summary>
    public static YamlMap? Read(string text, string file, List<ProfileFinding> findings)
    {
        var at = Mark.Empty;
        void Refuse(Mark mark, string sentence) => findings.Add(new(file, Math.Max(1, mark.Line), Math.Max(1, mark.Column), sentence));
        try
        {
            var parser = new Parser(new StringReader(text));
            var depth = 0;
            while (parser.MoveNext())
            {
                at = parser.Current!.Start;
                depth += parser.Current.NestingIncrease;
                if (parser.Current is AnchorAlias)
                {
                    Refuse(at, "Aliases (*name) are not taken; write the value out.");
                    return null;
                }

                // The stream and its document count for two.
                if (depth > MaxDepth + 2)
                {
                    Refuse(at, $"It is nested deeper than {MaxDepth} levels.");
                    return null;
                }
            }

            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            if (yaml.Documents is [{ RootNode: YamlMappingNode root }])
            {
                return new YamlMap([root], file, findings, "");
            }

            Refuse(new Mark(0, 1, 1), "A profile is one YAML mapping with the keys profile, maker, modbus, points.");
        }
        catch (YamlException e)
        {
            if (Tab(text) is { } tab)
            {
                Refuse(tab, "A tab stands before the text of this line; YAML takes spaces there, and nothing else.");
            }
            else
            {
                Refuse(e.Start.Line > 0 ? e.Start : at, $"This is no YAML: {e.Message}");
            }
        }
#pragma warning disable CA1031 // the library has more kinds of exceptions for bad texts than it says; none of them may end the agent
        catch (Exception e)
        {
            Refuse(at, $"This is no YAML, after this place: {e.Message}");
        }
#pragma warning restore CA1031

        return null;
    }

    /// <summary>The first tab that indents a line: the parser says there is one, and not where.</summary>
    private static Mark? Tab(string text)
    {
        var line = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            line++;
            var indent = content[..^content.TrimStart().Length];
            if (indent.IndexOf('\t') is >= 0 and var column && indent.Length < content.Length)
            {
                return new Mark(0, line, column + 1);
            }
        }

        return null;
    }
}
