using DerAgent.Model;
using DerAgent.Tests;

namespace DerAgent.Security.Tests;

/// <summary>The table of the security design: what each role lets through (IEC 62351-8 table 2).</summary>
public sealed class RolesTests
{
    [Theory]
    //          role                    VIEW   READ   DATASET REPORTING logs  FILEREAD FILEWRITE FILEMNGT CONTROL CONFIG SETTINGGROUP SECURITY
    [InlineData("VIEWER", 0,              true,  false, false, false, false, false, false, false, false, false, false, false)]
    [InlineData("OPERATOR", 1,            true,  true,  false, true,  true,  false, false, false, true,  false, false, false)]
    [InlineData("ENGINEER", 2,            true,  true,  true,  true,  true,  true,  true,  true,  false, true,  true,  false)]
    [InlineData("INSTALLER", 3,           true,  true,  false, false, false, true,  true,  false, false, true,  false, false)]
    [InlineData("SECADM", 4,              true,  false, false, false, false, false, false, false, false, false, false, true)]
    [InlineData("SECAUD", 5,              true,  false, false, false, true,  false, false, false, false, false, false, false)]
    [InlineData("RBACMNT", 6,             true,  false, false, false, false, false, false, false, false, false, false, false)]
    [InlineData("DSO_OPERATOR", -1,       true,  true,  false, true,  true,  false, false, false, true,  true,  false, false)]
    [InlineData("AGGREGATOR_OPERATOR", -2, true, true,  false, true,  true,  false, false, false, true,  true,  false, false)]
    [InlineData("MONITOR", -3,            true,  true,  false, true,  true,  true,  false, false, false, false, false, false)]
    public void A_role_has_the_rights_of_the_table(string role, int number, params bool[] has)
    {
        Right[] columns = [Right.View, Right.Read, Right.DataSet, Right.Reporting, Right.Logging, Right.FileRead, Right.FileWrite, Right.FileManagement, Right.Control, Right.Config, Right.SettingGroup, Right.Security];
        Assert.Equal(number, Roles.All[role].Number);
        Assert.Equal(has, columns.Select(c => Roles.All[role].Rights.HasFlag(c)));
    }

    [Fact] // docs/commands.md is where an installer looks a role up
    public void The_table_in_the_docs_says_the_same()
    {
        (Right Right, string Word)[][] columns =
        [
            [(Right.View, "yes")], [(Right.Read, "yes")], [(Right.Reporting, "yes")], [(Right.Logging, "yes")], [(Right.Control, "yes")], [(Right.Config, "yes")], [(Right.SettingGroup, "yes")], [(Right.DataSet, "yes")],
            [(Right.FileRead, "read"), (Right.FileWrite, "write"), (Right.FileManagement, "delete")],
        ];
        var section = File.ReadAllText(Path.Combine(Corpus.Root, "docs", "commands.md")).Split("## What a role may do")[1].Split("\n## ")[0];
        var told = new List<string>();
        foreach (var cells in section.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Trim('|').Split('|')))
        {
            foreach (var role in cells[0].Split(',').Select(r => r.Trim(' ', '`')))
            {
                told.Add(role);
                Assert.Equal(
                    columns.Select(c => string.Join(", ", c.Where(r => Roles.All[role].Rights.HasFlag(r.Right)).Select(r => r.Word)) is { Length: > 0 } words ? words : "–"),
                    cells.Skip(1).Select(c => c.Trim()));
            }
        }

        Assert.Equal(Roles.All.Keys.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_role_nobody_knows_gives_nothing() => Assert.Equal(Right.None, Roles.RightsOf(["BOSS"]));
}
