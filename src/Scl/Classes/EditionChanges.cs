namespace DerAgent.Scl;

/// <summary>What the second editions of the classes changed, as far as it makes a difference to a file of the first (IEC 61850-7-3 and -7-4:2003 to 2010, IEC 61850-7-420:2009 to 2019).</summary>
internal static class EditionChanges
{
    /// <summary>Enumerations had no common data classes of their own; references to status got one of their own later.</summary>
    private static readonly HashSet<(string, string)> Renamed = [("ENS", "INS"), ("ENC", "INC"), ("ENG", "ING"), ("ORS", "ORG"), ("ORG", "ORS")];

    /// <summary>Data objects that got another class.</summary>
    private static readonly HashSet<(string Class, string Object, string Cdc)> Changed = [("GSAL", "NumCntRs", "INC"), ("RSYN", "SynPrg", "SPS")];

    /// <summary>Optional ones of every logical node of the first edition.</summary>
    private static readonly HashSet<string> CommonObjects = new(["Loc", "EEHealth", "EEName", "OpCntRs", "OpCnt", "OpTmh"], StringComparer.Ordinal);

    private static readonly HashSet<(string Class, string Object)> FirstObjects =
        [("TCTR", "Amp"), ("TVTR", "Vol"), ("RSYN", "PlsTmms"), ("RSYN", "BkrTmms"), ("RREC", "PlsTmms"), ("RREC", "BlkRec"), ("RREC", "ChkRec"), ("RDRE", "OpMod"), ("LLN0", "Diag")];

    private static readonly HashSet<string> FirstAttributes = new(["ctlVal", "operTm", "cdcName"], StringComparer.Ordinal);

    /// <summary>Logical-node classes that only earlier editions have.</summary>
    private static readonly HashSet<string> FirstClasses = new(
        ["MSTA", "PPAM", "POPF", "PUPF", "RDRS", "DCRP", "DRCT", "DRCS", "DRCC", "DSCC", "DSCH", "DOPR", "DOPA", "DOPM", "DPST", "DEXC", "DSFC", "DREX", "DRAT", "DRAZ", "DFCL", "DSTK", "DFPM", "DPVM", "DTRC", "ZBTC", "ZINV", "ZRCT"],
        StringComparer.Ordinal);

    /// <summary>Types of the same attribute: a reference to what is selected was shorter.</summary>
    private static readonly HashSet<string> SelectTypes = new(["VisString64", "VisString65", "VisString129"], StringComparer.Ordinal);

    /// <summary>Whether a common data class is another by name only.</summary>
    public static bool IsRenamed(string expected, string actual) => Renamed.Contains((expected, actual));

    /// <summary>Whether a data object was of another class.</summary>
    public static bool IsChanged(string lnClass, string dataObject, string cdc) => Changed.Contains((lnClass, SclNames.WithoutNumber(dataObject), cdc));

    /// <summary>Whether a data object was one of the class.</summary>
    public static bool HadObject(string lnClass, string dataObject) => CommonObjects.Contains(dataObject) || FirstObjects.Contains((lnClass, SclNames.WithoutNumber(dataObject)));

    /// <summary>Whether a class was one of an earlier edition.</summary>
    public static bool HadClass(string lnClass) => FirstClasses.Contains(lnClass);

    /// <summary>Whether common data classes had an attribute: those of commands stood in the class itself.</summary>
    public static bool HadAttribute(string name) => FirstAttributes.Contains(name);

    /// <summary>Whether the value of a class was an enumeration there.</summary>
    public static bool HadEnumeration(string cdc, string bType) => bType == "Enum" && cdc is "INS" or "INC" or "ING";

    /// <summary>Whether an attribute may have had another type.</summary>
    public static bool HadType(string name, string bType) => name == "SBO" && SelectTypes.Contains(bType);

    /// <summary>Whether a data object became mandatory with IEC 61850-7-4:2020 only.</summary>
    public static bool IsNewlyMandatory(string lnClass, string dataObject) => (lnClass, dataObject) is ("LTMS", "TmSrcTyp");

    /// <summary>Whether a class kept its name and not its content: those of DER.</summary>
    public static bool IsRewritten(string lnClass) => lnClass.StartsWith('D');
}
