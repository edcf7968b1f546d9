namespace DerAgent.Tests;

/// <summary>The shipped inverter whose limit takes commands for later, and their cancellation.</summary>
internal static class ActivationScl
{
    private const string Cancel =
        "<DAType id=\"Cancel_Analogue\"><BDA name=\"ctlVal\" bType=\"Struct\" type=\"AnalogueValue\"/><BDA name=\"operTm\" bType=\"Timestamp\"/><BDA name=\"origin\" bType=\"Struct\" type=\"Originator\"/>"
        + "<BDA name=\"ctlNum\" bType=\"INT8U\"/><BDA name=\"T\" bType=\"Timestamp\"/><BDA name=\"Test\" bType=\"BOOLEAN\"/></DAType>";

    /// <summary>The SCL text.</summary>
    public static string Text()
    {
        var scl = TestScl.Shipped;
        var at = scl.IndexOf("<BDA", scl.IndexOf("<DAType id=\"Oper_Analogue\">", StringComparison.Ordinal), StringComparison.Ordinal);
        scl = scl.Insert(scl.IndexOf("/>", at, StringComparison.Ordinal) + 2, "<BDA name=\"operTm\" bType=\"Timestamp\"/>");
        scl = scl.Before("<DAType", Cancel);
        return scl.Insert(scl.IndexOf('>', scl.IndexOf("<DOType id=\"APC_Direct\"", StringComparison.Ordinal)) + 1, "<DA name=\"Cancel\" fc=\"CO\" bType=\"Struct\" type=\"Cancel_Analogue\"/>");
    }
}
