using DerAgent.Model;

namespace DerAgent.Mms;

/// <summary>A confirmed service's request.</summary>
public abstract record ServiceRequest;

/// <summary>A confirmed service's response.</summary>
public abstract record ServiceResponse;

/// <summary>Read (ISO 9506-2 §14.5): GetDataValues, GetAllDataValues, GetDataSetValues, Select.</summary>
/// <param name="Variables">What to read.</param>
/// <param name="SpecificationWithResult">Whether the answer repeats the specification.</param>
public sealed record ReadRequest(VariableAccess Variables, bool SpecificationWithResult = false) : ServiceRequest;

/// <summary>Values read.</summary>
/// <param name="Results">One for each variable.</param>
/// <param name="Variables">The specification where it was asked for.</param>
public sealed record ReadResponse(ValueList<AccessResult> Results, VariableAccess? Variables = null) : ServiceResponse;

/// <summary>Write (ISO 9506-2 §14.6): SetDataValues, control, control blocks.</summary>
/// <param name="Variables">What to write.</param>
/// <param name="Data">The values.</param>
public sealed record WriteRequest(VariableAccess Variables, ValueList<DataValue> Data) : ServiceRequest;

/// <summary>Results of a write, one for each variable; null is success.</summary>
/// <param name="Results">The results.</param>
public sealed record WriteResponse(ValueList<DataAccessError?> Results) : ServiceResponse;

/// <summary>Classes of named objects (ISO 9506-2 §7.3.2).</summary>
public enum ObjectClass
{
    /// <summary>namedVariable.</summary>
    NamedVariable = 0,
    /// <summary>namedVariableList: data sets.</summary>
    NamedVariableList = 2,
    /// <summary>journal: logs.</summary>
    Journal = 8,
    /// <summary>domain: logical devices.</summary>
    Domain = 9,
}

/// <summary>GetNameList (ISO 9506-2 §7.5.2): the directory services.</summary>
/// <param name="Class">Number of the class of objects; those in use are <see cref="ObjectClass"/>.</param>
/// <param name="Scope">Where the names live.</param>
/// <param name="Domain">The domain, or <c>LD/LN$FC$…</c> for the extended service; empty outside domain scope.</param>
/// <param name="ContinueAfter">Last name of the page before.</param>
/// <param name="Extended">extendedGetNameList: one level of the tree (2018).</param>
public sealed record GetNameListRequest(ObjectClass Class, NameScope Scope, string Domain, string? ContinueAfter = null, bool Extended = false) : ServiceRequest;

/// <summary>Names.</summary>
/// <param name="Identifiers">The names.</param>
/// <param name="MoreFollows">Whether there are more.</param>
/// <param name="Extended">Answer of the extended service.</param>
public sealed record GetNameListResponse(ValueList<string> Identifiers, bool MoreFollows, bool Extended = false) : ServiceResponse;

/// <summary>GetVariableAccessAttributes (ISO 9506-2 §14.9): GetDataDirectory, GetDataDefinition.</summary>
/// <param name="Name">The variable.</param>
public sealed record GetVariableAccessAttributesRequest(ObjectName Name) : ServiceRequest;

/// <summary>The type of a variable.</summary>
/// <param name="Deletable">Whether clients may delete it.</param>
/// <param name="Type">Its type.</param>
public sealed record GetVariableAccessAttributesResponse(bool Deletable, TypeDescription Type) : ServiceResponse;

/// <summary>DefineNamedVariableList (ISO 9506-2 §14.11): CreateDataSet.</summary>
/// <param name="Name">Name of the data set.</param>
/// <param name="Members">Its members.</param>
public sealed record DefineNamedVariableListRequest(ObjectName Name, ValueList<VariableSpecification> Members) : ServiceRequest;

/// <summary>The data set is there.</summary>
public sealed record DefineNamedVariableListResponse : ServiceResponse;

/// <summary>GetNamedVariableListAttributes (ISO 9506-2 §14.12): GetDataSetDirectory.</summary>
/// <param name="Name">Name of the data set.</param>
public sealed record GetNamedVariableListAttributesRequest(ObjectName Name) : ServiceRequest;

/// <summary>Members of a data set.</summary>
/// <param name="Deletable">Whether clients may delete it.</param>
/// <param name="Members">Its members.</param>
public sealed record GetNamedVariableListAttributesResponse(bool Deletable, ValueList<VariableSpecification> Members) : ServiceResponse;

/// <summary>What DeleteNamedVariableList deletes.</summary>
public enum ScopeOfDelete
{
    /// <summary>The named lists.</summary>
    Specific,
    /// <summary>All of the association.</summary>
    AssociationSpecific,
    /// <summary>All of a domain.</summary>
    Domain,
    /// <summary>All of the device.</summary>
    Vmd,
}

/// <summary>DeleteNamedVariableList (ISO 9506-2 §14.13): DeleteDataSet.</summary>
/// <param name="Scope">What to delete.</param>
/// <param name="Names">Names of data sets.</param>
public sealed record DeleteNamedVariableListRequest(ScopeOfDelete Scope, ValueList<ObjectName> Names) : ServiceRequest;

/// <summary>How many there were and went.</summary>
/// <param name="Matched">Found.</param>
/// <param name="Deleted">Deleted.</param>
public sealed record DeleteNamedVariableListResponse(uint Matched, uint Deleted) : ServiceResponse;

/// <summary>Identify (ISO 9506-2 §10.5).</summary>
public sealed record IdentifyRequest : ServiceRequest;

/// <summary>Who made the device.</summary>
/// <param name="Vendor">Vendor.</param>
/// <param name="Model">Model.</param>
/// <param name="Revision">Revision.</param>
public sealed record IdentifyResponse(string Vendor, string Model, string Revision) : ServiceResponse;

/// <summary>Status (ISO 9506-2 §10.3).</summary>
/// <param name="ExtendedDerivation">Whether to look afresh.</param>
public sealed record StatusRequest(bool ExtendedDerivation) : ServiceRequest;

/// <summary>State of the device.</summary>
/// <param name="Logical">vmdLogicalStatus; 0 state-changes-allowed.</param>
/// <param name="Physical">vmdPhysicalStatus; 0 operational.</param>
public sealed record StatusResponse(int Logical, int Physical) : ServiceResponse;

/// <summary>GetDomainAttributes (ISO 9506-2 §11.10).</summary>
/// <param name="Domain">The domain.</param>
public sealed record GetDomainAttributesRequest(string Domain) : ServiceRequest;

/// <summary>Attributes of a domain.</summary>
/// <param name="Capabilities">Its capabilities.</param>
/// <param name="State">Its state; 2 ready.</param>
/// <param name="Deletable">Whether clients may delete it.</param>
/// <param name="Sharable">Whether programs share it.</param>
/// <param name="ProgramInvocations">Programs that use it.</param>
/// <param name="UploadInProgress">Uploads under way.</param>
public sealed record GetDomainAttributesResponse(
    ValueList<string> Capabilities, int State, bool Deletable, bool Sharable, ValueList<string> ProgramInvocations, int UploadInProgress) : ServiceResponse;

/// <summary>ReadJournal (ISO 9506-2 §16.2): QueryLogByTime, QueryLogAfter.</summary>
/// <param name="Journal">The log.</param>
/// <param name="StartingTime">First time wanted.</param>
/// <param name="StartingEntry">First entry wanted.</param>
/// <param name="EndingTime">Last time wanted.</param>
/// <param name="NumberOfEntries">How many are wanted.</param>
/// <param name="StartAfter">The entry after which to start.</param>
public sealed record ReadJournalRequest(
    ObjectName Journal,
    EntryTime? StartingTime = null,
    OctetString? StartingEntry = null,
    EntryTime? EndingTime = null,
    int? NumberOfEntries = null,
    EntryToStartAfter? StartAfter = null) : ServiceRequest;

/// <summary>Names an entry by time and id.</summary>
/// <param name="Time">Its time.</param>
/// <param name="Entry">Its id.</param>
public sealed record EntryToStartAfter(EntryTime Time, OctetString Entry);

/// <summary>Entries of a log.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="MoreFollows">Whether there are more.</param>
public sealed record ReadJournalResponse(ValueList<JournalEntry> Entries, bool MoreFollows) : ServiceResponse;

/// <summary>One entry of a log.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Variables">What it holds.</param>
public sealed record JournalEntry(OctetString Id, EntryTime Time, ValueList<JournalVariable> Variables);

/// <summary>A value in a log.</summary>
/// <param name="Tag">Its reference, or <c>ReasonCode</c>.</param>
/// <param name="Value">The value.</param>
public sealed record JournalVariable(string Tag, DataValue Value);

/// <summary>InitializeJournal (ISO 9506-2 §16.4): clears a log.</summary>
/// <param name="Journal">The log.</param>
/// <param name="LimitingTime">Up to this time.</param>
/// <param name="LimitingEntry">Up to this entry.</param>
public sealed record InitializeJournalRequest(ObjectName Journal, EntryTime? LimitingTime = null, OctetString? LimitingEntry = null) : ServiceRequest;

/// <summary>How many entries went.</summary>
/// <param name="Deleted">The number.</param>
public sealed record InitializeJournalResponse(uint Deleted) : ServiceResponse;

/// <summary>FileOpen (ISO 9506-2 annex D.3): GetFile.</summary>
/// <param name="Name">Name of the file.</param>
/// <param name="InitialPosition">Where to start, in octets.</param>
public sealed record FileOpenRequest(string Name, uint InitialPosition) : ServiceRequest;

/// <summary>The file is open.</summary>
/// <param name="Frsm">File read state machine: names the open file.</param>
/// <param name="Attributes">Size and time.</param>
public sealed record FileOpenResponse(int Frsm, FileAttributes Attributes) : ServiceResponse;

/// <summary>Size and time of a file.</summary>
/// <param name="Size">Octets.</param>
/// <param name="LastModified">Time of the last change, to the second.</param>
public sealed record FileAttributes(uint Size, DateTimeOffset? LastModified);

/// <summary>FileRead (ISO 9506-2 annex D.4).</summary>
/// <param name="Frsm">The open file.</param>
public sealed record FileReadRequest(int Frsm) : ServiceRequest;

/// <summary>A part of a file.</summary>
/// <param name="Data">Its octets.</param>
/// <param name="MoreFollows">Whether there are more.</param>
public sealed record FileReadResponse(OctetString Data, bool MoreFollows) : ServiceResponse;

/// <summary>FileClose (ISO 9506-2 annex D.5).</summary>
/// <param name="Frsm">The open file.</param>
public sealed record FileCloseRequest(int Frsm) : ServiceRequest;

/// <summary>The file is closed.</summary>
public sealed record FileCloseResponse : ServiceResponse;

/// <summary>FileDelete (ISO 9506-2 annex D.7): DeleteFile.</summary>
/// <param name="Name">Name of the file.</param>
public sealed record FileDeleteRequest(string Name) : ServiceRequest;

/// <summary>The file is gone.</summary>
public sealed record FileDeleteResponse : ServiceResponse;

/// <summary>FileDirectory (ISO 9506-2 annex D.8): GetServerDirectory(FILE), GetFileAttributeValues.</summary>
/// <param name="Name">Folder or file; null: all.</param>
/// <param name="ContinueAfter">Last name of the page before.</param>
public sealed record FileDirectoryRequest(string? Name = null, string? ContinueAfter = null) : ServiceRequest;

/// <summary>Files.</summary>
/// <param name="Entries">Names and attributes.</param>
/// <param name="MoreFollows">Whether there are more.</param>
public sealed record FileDirectoryResponse(ValueList<DirectoryEntry> Entries, bool MoreFollows) : ServiceResponse;

/// <summary>A file in a directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Attributes">Size and time.</param>
public sealed record DirectoryEntry(string Name, FileAttributes Attributes);

/// <summary>ObtainFile (ISO 9506-2 annex D.2): SetFile.</summary>
/// <param name="Source">Name at the caller.</param>
/// <param name="Destination">Name here.</param>
public sealed record ObtainFileRequest(string Source, string Destination) : ServiceRequest;

/// <summary>The file was obtained.</summary>
public sealed record ObtainFileResponse : ServiceResponse;

/// <summary>Octets that compare by value.</summary>
/// <param name="Hex">The octets in upper-case hex.</param>
public readonly record struct OctetString(string Hex)
{
    /// <summary>From octets.</summary>
    public static OctetString From(ReadOnlySpan<byte> octets) => new(Convert.ToHexString(octets));

    /// <summary>As octets.</summary>
    public byte[] ToArray() => Convert.FromHexString(Hex ?? "");

    /// <inheritdoc/>
    public override string ToString() => Hex;
}
