using System.Globalization;

namespace DerAgent.Tests;

/// <summary>The shipped inverter with five settings of three groups in a logical node of their own, that stand in the device where they are bound.</summary>
internal static class SettingScl
{
    /// <summary>Number of the settings.</summary>
    public const int Count = 5;

    /// <summary>The value of a setting in a group, as the file says.</summary>
    public static long Value(int group, int setting) => (100 * group) + setting;

    /// <summary>Reference of a setting.</summary>
    public static string Item(string fc, int setting) => $"GAPC1${fc}$Par{setting}$setVal";

    /// <summary>A file whose device has the settings, and whose switch commands the relay of that device.</summary>
    /// <param name="scl">The shipped inverter.</param>
    public static string Text(string scl)
    {
        // Nothing else of the inverter is in that device.
        var bare = System.Text.RegularExpressions.Regex.Replace(scl.Replace("inv1/Conn", "inv1/Relay", StringComparison.Ordinal), " sAddr=\"(?!inv1/Relay)[^\"]*\"", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
        return Text(isBound: true, shipped: bare.Replace("profile=\"sunspec-inverter\"", "profile=\"settings\"", StringComparison.Ordinal));
    }

    /// <summary>The SCL text.</summary>
    /// <param name="isBound">Whether the settings stand in the device.</param>
    /// <param name="reservation">resvTms of the SettingControl; null: none is given.</param>
    /// <param name="shipped">The file it is made of.</param>
    public static string Text(bool isBound = false, int? reservation = null, string? shipped = null)
    {
        var scl = shipped ?? TestScl.Shipped;
        var instances = string.Concat(Enumerable.Range(1, Count).Select(s => string.Create(
            CultureInfo.InvariantCulture,
            $"<DOI name=\"Par{s}\"><DAI name=\"setVal\"{(isBound ? $" sAddr=\"inv1/P{s}\"" : "")}><Val sGroup=\"1\">{Value(1, s)}</Val><Val sGroup=\"2\">{Value(2, s)}</Val><Val sGroup=\"3\">{Value(3, s)}</Val></DAI><DAI name=\"minVal\"><Val>0</Val></DAI><DAI name=\"maxVal\"><Val>1000</Val></DAI></DOI>")));
        scl = scl.Replace("</LDevice>", $"<LN lnClass=\"GAPC\" inst=\"1\" lnType=\"GAPC\">{instances}</LN></LDevice>", StringComparison.Ordinal);
        scl = scl.Replace("<SettingControl numOfSGs=\"2\" actSG=\"1\"", $"<SettingControl numOfSGs=\"3\" actSG=\"1\"{(reservation is { } seconds ? $" resvTms=\"{seconds}\"" : "")}", StringComparison.Ordinal);
        scl = scl.Before("<ReportControl", "<DataSet name=\"Active\"><FCDA ldInst=\"LD0\" lnClass=\"GAPC\" lnInst=\"1\" doName=\"Par1\" fc=\"SG\"/><FCDA ldInst=\"LD0\" lnClass=\"GAPC\" lnInst=\"1\" doName=\"Par2\" fc=\"SG\"/></DataSet>"
            + "<ReportControl name=\"brcbActive\" datSet=\"Active\" confRev=\"1\" buffered=\"true\" bufTime=\"0\"><TrgOps dchg=\"true\"/><OptFields reasonCode=\"true\"/><RptEnabled max=\"1\"/></ReportControl>");
        return scl.Before("<LNodeType", $"<LNodeType id=\"GAPC\" lnClass=\"GAPC\"><DO name=\"Beh\" type=\"ENS_Beh\"/>{string.Concat(Enumerable.Range(1, Count).Select(s => $"<DO name=\"Par{s}\" type=\"ING_SG\"/>"))}</LNodeType>");
    }
}
