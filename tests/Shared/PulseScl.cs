namespace DerAgent.Tests;

/// <summary>A switch whose output gives pulses (IEC 61850-7-3 §6.7), in a file like the shipped inverter's.</summary>
internal static class PulseScl
{
    /// <summary>The file with pulses of a switch.</summary>
    /// <param name="scl">The file.</param>
    /// <param name="count">numPls.</param>
    /// <param name="quality">cmdQual.</param>
    /// <param name="on">onDur.</param>
    /// <param name="off">offDur.</param>
    public static string WithPulses(this string scl, int count, string quality = "pulse", int on = 200, int off = 500)
    {
        var at = scl.IndexOf("<DA name=\"ctlModel\"", scl.IndexOf("cdc=\"DPC\"", StringComparison.Ordinal), StringComparison.Ordinal);
        scl = scl.Insert(at, "<DA name=\"pulseConfig\" fc=\"CF\" bType=\"Struct\" type=\"PulseConfig\"/>");
        scl = scl.Before("<DAType", $"<DAType id=\"PulseConfig\"><BDA name=\"cmdQual\" bType=\"Enum\" type=\"OutputSignalKind\"><Val>{quality}</Val></BDA><BDA name=\"onDur\" bType=\"INT32U\"><Val>{on}</Val></BDA><BDA name=\"offDur\" bType=\"INT32U\"><Val>{off}</Val></BDA><BDA name=\"numPls\" bType=\"INT32U\"><Val>{count}</Val></BDA></DAType>");
        return scl.Before("<EnumType", "<EnumType id=\"OutputSignalKind\"><EnumVal ord=\"0\">pulse</EnumVal><EnumVal ord=\"1\">persistent</EnumVal></EnumType>");
    }
}
