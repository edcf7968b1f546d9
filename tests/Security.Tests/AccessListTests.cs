using DerAgent.Model;

namespace DerAgent.Security.Tests;

/// <summary>Who is on a connection's access list, and what a new list takes away.</summary>
public sealed class AccessListTests
{
    private static readonly AccessList List = new(
    [
        new("control@dso.example", ["OPERATOR"], []),
        new("view@dso.example", ["MONITOR", "ENGINEER"], ["PV1LD0/MMXU*"]),
        new("nobody@dso.example", [], []),
    ]);

    [Fact]
    public void Who_is_not_on_the_list_is_nobody() => Assert.Null(List.Find("stranger@dso.example"));

    [Fact]
    public void Rights_of_roles_add_up()
    {
        var view = List.Find("VIEW@dso.example")!;
        Assert.Equal(Roles.All["MONITOR"].Rights | Roles.All["ENGINEER"].Rights, view.Rights);
        Assert.Equal(["PV1LD0/MMXU*"], view.Area);
        Assert.Equal(Right.None, List.Find("nobody@dso.example")!.Rights);
    }

    [Fact]
    public void What_a_new_list_takes_away_is_known()
    {
        Assert.Empty(List.ShrunkBy(List));
        Assert.Equal(["control@dso.example"], List.ShrunkBy(new([new("control@dso.example", ["MONITOR"], []), new("view@dso.example", ["MONITOR", "ENGINEER"], []), new("nobody@dso.example", ["OPERATOR"], [])])));
        Assert.Equal(["view@dso.example", "nobody@dso.example"], List.ShrunkBy(new([new("control@dso.example", ["DSO_OPERATOR"], []), new("view@dso.example", ["MONITOR", "ENGINEER"], ["PV1LD0/LLN0"])])));
    }
}
