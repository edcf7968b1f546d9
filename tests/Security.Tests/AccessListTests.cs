namespace DerAgent.Security.Tests;

public sealed class AccessListTests
{
    private static readonly AccessList List = new(
    [
        new("control@dso.example", ["OPERATOR"], []),
        new("view@dso.example", ["VIEWER", "ENGINEER"], ["PV1LD0/MMXU*"]),
        new("nobody@dso.example", [], []),
    ]);

    [Fact]
    public void Who_is_not_on_the_list_has_no_grant_at_all() => Assert.Null(List.Find("stranger@dso.example"));

    [Fact]
    public void Only_the_operator_commands()
    {
        Assert.True(List.Find("control@dso.example")!.Rights.HasFlag(AccessRights.Control));
        var view = List.Find("VIEW@dso.example")!;
        Assert.Equal(AccessRights.View | AccessRights.Read | AccessRights.Reporting, view.Rights);
        Assert.Equal(["PV1LD0/MMXU*"], view.Area);
    }

    [Fact]
    public void Without_a_role_there_is_no_right() => Assert.Equal(AccessRights.None, List.Find("nobody@dso.example")!.Rights);
}
