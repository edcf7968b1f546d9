namespace DerAgent.Scl;

/// <summary>The codes of findings. They are part of the interface: never reused, never renumbered.</summary>
public static class SclCodes
{
    /// <summary>The file is not well-formed XML, or has a DTD.</summary>
    public const string NotXml = "SCL001";
    /// <summary>The root element is not SCL.</summary>
    public const string NotScl = "SCL002";
    /// <summary>The file cannot be opened.</summary>
    public const string NoFile = "SCL003";
    /// <summary>The file breaks the XML schema of its edition.</summary>
    public const string Schema = "SCL004";
    /// <summary>The edition of the file is none that is known.</summary>
    public const string Edition = "SCL005";
    /// <summary>More attributes, elements or types than can be served.</summary>
    public const string TooLarge = "SCL006";
    /// <summary>More findings than are listed.</summary>
    public const string TooMany = "SCL007";
    /// <summary>A folder of schemas or class definitions that cannot be used.</summary>
    public const string BadReference = "SCL008";
    /// <summary>The file is in no name space.</summary>
    public const string NoNamespace = "SCL009";
    /// <summary>No IED with a server, or not the one asked for.</summary>
    public const string NoServer = "SCL010";
    /// <summary>Several IEDs or access points, and none chosen.</summary>
    public const string SeveralServers = "SCL011";
    /// <summary>A part of IEC 61850-6 that this agent does not serve.</summary>
    public const string NotServed = "SCL012";
    /// <summary>The file was held against the schema of another edition.</summary>
    public const string OtherSchema = "SCL013";
    /// <summary>A required attribute is missing.</summary>
    public const string MissingAttribute = "SCL020";
    /// <summary>A type is not in the DataTypeTemplates, or contains itself.</summary>
    public const string UnresolvedType = "SCL030";
    /// <summary>An unknown bType or fc.</summary>
    public const string UnknownType = "SCL031";
    /// <summary>Two things of one name.</summary>
    public const string DuplicateName = "SCL032";
    /// <summary>A name too long for the standard or the wire.</summary>
    public const string NameTooLong = "SCL033";
    /// <summary>A Val that does not fit its type.</summary>
    public const string BadValue = "SCL034";
    /// <summary>A DOI, SDI or DAI that names nothing in the type.</summary>
    public const string InstanceWithoutType = "SCL035";
    /// <summary>A name with characters no reference can carry.</summary>
    public const string BadName = "SCL036";
    /// <summary>A count that is no number of elements.</summary>
    public const string BadCount = "SCL037";
    /// <summary>A type that nothing uses, with a fault in it.</summary>
    public const string UnusedType = "SCL038";
    /// <summary>An FCDA that resolves to nothing.</summary>
    public const string UnresolvedMember = "SCL040";
    /// <summary>A control block whose data set does not exist.</summary>
    public const string UnknownDataSet = "SCL041";
    /// <summary>A number, flag or list that cannot be read.</summary>
    public const string BadAttribute = "SCL042";
    /// <summary>A report control block without data set.</summary>
    public const string NoDataSet = "SCL043";
    /// <summary>More data sets, members or control blocks than <c>Services</c> allows.</summary>
    public const string OverLimit = "SCL044";
    /// <summary>A setting-group control block that cannot work.</summary>
    public const string BadSettingControl = "SCL045";
    /// <summary>A client that a report block is assigned to has no JID in the file.</summary>
    public const string UnknownClient = "SCL046";
    /// <summary>A log control block names a log that is not there.</summary>
    public const string UnknownLog = "SCL047";
    /// <summary>An element where it means nothing.</summary>
    public const string Misplaced = "SCL048";
    /// <summary>An address of nobody, of two, or none.</summary>
    public const string BadAddress = "SCL049";
    /// <summary>A declaration in a Private element of ours that cannot be read.</summary>
    public const string BadPrivate = "SCL050";
    /// <summary>A binding to a device, point or unit that does not exist, or that makes no sense.</summary>
    public const string BadBinding = "SCL051";
    /// <summary>A set point whose effect nobody verifies.</summary>
    public const string UnverifiedWrite = "SCL052";
    /// <summary>A mandatory value that nothing feeds.</summary>
    public const string UnboundData = "SCL053";
    /// <summary>A device that cannot be reached as declared.</summary>
    public const string BadDevice = "SCL054";
    /// <summary>Bindings of another tool, that feed nothing here.</summary>
    public const string ForeignAddress = "SCL055";
    /// <summary>Settings of a control block that contradict each other, or one that another has already.</summary>
    public const string BlockSettings = "SCL056";
    /// <summary>A logical node that is to calculate something, and cannot.</summary>
    public const string Statistics = "SCL057";
    /// <summary>A logical node that every logical device or server must have is missing.</summary>
    public const string MissingNode = "SCL060";
    /// <summary>A mandatory data object is missing.</summary>
    public const string MissingDataObject = "SCL061";
    /// <summary>A mandatory attribute is missing.</summary>
    public const string MissingDataAttribute = "SCL062";
    /// <summary>A data object of another common data class than its logical-node class says.</summary>
    public const string WrongClass = "SCL063";
    /// <summary>An attribute with another functional constraint or type than its common data class says.</summary>
    public const string WrongAttribute = "SCL064";
    /// <summary>A control model without the services it needs.</summary>
    public const string ControlModel = "SCL065";
    /// <summary>NSD: a logical-node class that no name space defines.</summary>
    public const string NsdUnknownClass = "SCL080";
    /// <summary>NSD: a data object its class does not have.</summary>
    public const string NsdUnknownDataObject = "SCL081";
    /// <summary>NSD: an attribute or sub data object its common data class does not have.</summary>
    public const string NsdUnknownAttribute = "SCL082";
    /// <summary>NSD: a presence condition that does not hold.</summary>
    public const string NsdPresence = "SCL083";
    /// <summary>NSD: another common data class.</summary>
    public const string NsdWrongClass = "SCL084";
    /// <summary>NSD: another functional constraint.</summary>
    public const string NsdWrongConstraint = "SCL085";
    /// <summary>NSD: another type.</summary>
    public const string NsdWrongType = "SCL086";
    /// <summary>NSD: literals of an enumeration that differ.</summary>
    public const string NsdEnumeration = "SCL087";
    /// <summary>NSD: trigger options that differ.</summary>
    public const string NsdTriggers = "SCL088";
    /// <summary>NSD: the file follows another edition than the definitions at hand; what was not judged.</summary>
    public const string NsdEdition = "SCL089";
    /// <summary>A value that the installer must find out.</summary>
    public const string ToDo = "SCL090";
    /// <summary>A value that was found out and is still marked.</summary>
    public const string ToDoDone = "SCL091";
}
