namespace DerAgent.Scl;

/// <summary>How bad a finding is.</summary>
public enum SclSeverity
{
    /// <summary>Worth knowing; everything is served.</summary>
    Info,
    /// <summary>Something is left out or guessed; the rest is served.</summary>
    Warning,
    /// <summary>The file cannot be served as it is.</summary>
    Error,
}

/// <summary>One thing the reader has to say about an SCL file.</summary>
/// <param name="Code">Stable code, see <see cref="SclCodes"/>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="File">File name.</param>
/// <param name="Line">Line, from 1; 0 where there is none.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Reference">Reference of the object concerned, or empty.</param>
/// <param name="Text">One sentence: what is wrong.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record SclFinding(string Code, SclSeverity Severity, string File, int Line, int Column, string Reference, string Text, string Remedy)
{
    /// <summary>In the form editors jump to: <c>file:line:column: severity code: text (remedy)</c>.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Severity.ToString().ToLowerInvariant()} {Code}: {(Reference.Length > 0 ? Reference + ": " : "")}{Text} {Remedy}".TrimEnd();
}

/// <summary>The codes of findings. They are part of the interface: never reused, never renumbered.</summary>
public static class SclCodes
{
    /// <summary>The file is not well-formed XML, or has a DTD.</summary>
    public const string NotXml = "SCL001";
    /// <summary>The root element is not SCL.</summary>
    public const string NotScl = "SCL002";
    /// <summary>The file cannot be opened.</summary>
    public const string NoFile = "SCL003";
    /// <summary>No IED with a server, or not the one asked for.</summary>
    public const string NoServer = "SCL010";
    /// <summary>Several IEDs or access points, and none chosen.</summary>
    public const string SeveralServers = "SCL011";
    /// <summary>A required attribute is missing.</summary>
    public const string MissingAttribute = "SCL020";
    /// <summary>A type is not in the DataTypeTemplates, or contains itself.</summary>
    public const string UnresolvedType = "SCL030";
    /// <summary>An unknown bType or fc.</summary>
    public const string UnknownType = "SCL031";
    /// <summary>Two things of one name.</summary>
    public const string DuplicateName = "SCL032";
    /// <summary>A name too long for the wire.</summary>
    public const string NameTooLong = "SCL033";
    /// <summary>A Val that does not fit its type.</summary>
    public const string BadValue = "SCL034";
    /// <summary>A DOI, SDI or DAI that names nothing in the type.</summary>
    public const string InstanceWithoutType = "SCL035";
    /// <summary>An FCDA that resolves to nothing.</summary>
    public const string UnresolvedMember = "SCL040";
    /// <summary>A control block whose data set does not exist.</summary>
    public const string UnknownDataSet = "SCL041";
    /// <summary>A number, flag or list that cannot be read.</summary>
    public const string BadAttribute = "SCL042";
    /// <summary>A declaration in a Private element of ours that cannot be read.</summary>
    public const string BadPrivate = "SCL050";
}
