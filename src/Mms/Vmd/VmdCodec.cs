namespace DerAgent.Mms;

/// <summary>Identify, Status and GetDomainAttributes (ISO 9506-2 §10.3, §10.5, §11.10).</summary>
internal static class VmdCodec
{
    public static void Write(XerWriter w, IdentifyResponse response)
    {
        w.Start("identify"u8);
        w.Text("vendorName"u8, response.Vendor);
        w.Text("modelName"u8, response.Model);
        w.Text("revision"u8, response.Revision);
        w.End("identify"u8);
    }

    private static readonly XerFields<(string Vendor, string Model, string Revision)> IdentifyFields = new(
        ("vendorName", static (ref r, ref p) => p.Vendor = r.Text()),
        ("modelName", static (ref r, ref p) => p.Model = r.Text()),
        ("revision", static (ref r, ref p) => p.Revision = r.Text()));

    public static IdentifyResponse ReadIdentify(ref XerReader r)
    {
        var (vendor, model, revision) = IdentifyFields.Read(ref r, ("", "", ""));
        return new(vendor, model, revision);
    }

    public static void Write(XerWriter w, StatusResponse response)
    {
        w.Start("status"u8);
        w.Start("vmdLogicalStatus"u8);
        w.Named(NamedNumbers.LogicalStatuses, response.Logical);
        w.End("vmdLogicalStatus"u8);
        w.Start("vmdPhysicalStatus"u8);
        w.Named(NamedNumbers.PhysicalStatuses, response.Physical);
        w.End("vmdPhysicalStatus"u8);
        w.End("status"u8);
    }

    private static readonly XerFields<(int Logical, int Physical)> StatusFields = new(
        ("vmdLogicalStatus", static (ref r, ref p) => p.Logical = r.Named(NamedNumbers.LogicalStatuses)),
        ("vmdPhysicalStatus", static (ref r, ref p) => p.Physical = r.Named(NamedNumbers.PhysicalStatuses)));

    public static StatusResponse ReadStatus(ref XerReader r)
    {
        var (logical, physical) = StatusFields.Read(ref r);
        return new(logical, physical);
    }

    public static void Write(XerWriter w, GetDomainAttributesResponse response)
    {
        w.Start("getDomainAttributes"u8);
        w.Start("listOfCapabilities"u8);
        foreach (var capability in response.Capabilities)
        {
            w.Text("MMSString"u8, capability);
        }

        w.End("listOfCapabilities"u8);
        w.Start("state"u8);
        w.Named(NamedNumbers.DomainStates, response.State);
        w.End("state"u8);
        w.Boolean("mmsDeletable"u8, response.Deletable);
        w.Boolean("sharable"u8, response.Sharable);
        DirectoryCodec.WriteIdentifiers(w, "listOfProgramInvocations"u8, response.ProgramInvocations);
        w.Number("uploadInProgress"u8, response.UploadInProgress);
        w.End("getDomainAttributes"u8);
    }

    private static readonly XerFields<(ValueList<string> Capabilities, int State, bool Deletable, bool Sharable, ValueList<string> Programs, int Uploads)> DomainFields = new(
        ("listOfCapabilities", static (ref r, ref p) => p.Capabilities = DirectoryCodec.ReadTexts(ref r)),
        ("state", static (ref r, ref p) => p.State = r.Named(NamedNumbers.DomainStates)),
        ("mmsDeletable", static (ref r, ref p) => p.Deletable = r.Boolean()),
        ("sharable", static (ref r, ref p) => p.Sharable = r.Boolean()),
        ("listOfProgramInvocations", static (ref r, ref p) => p.Programs = DirectoryCodec.ReadTexts(ref r)),
        ("uploadInProgress", static (ref r, ref p) => p.Uploads = r.Integer32()));

    public static GetDomainAttributesResponse ReadDomain(ref XerReader r)
    {
        var (capabilities, state, deletable, sharable, programs, uploads) = DomainFields.Read(ref r, ([], 0, false, false, [], 0));
        return new(capabilities, state, deletable, sharable, programs, uploads);
    }

    public static void Write(XerWriter w, StoreDomainContentsRequest request)
    {
        w.Start("storeDomainContents"u8);
        w.Text("domainName"u8, request.Domain);
        FileCodec.WriteName(w, "fileName"u8, request.FileName);
        w.End("storeDomainContents"u8);
    }

    // "filename" stands in the text of the standard, "fileName" everywhere else.
    private static readonly XerFields<(string Domain, string? File)> StoreFields = new(
        ("domainName", static (ref r, ref p) => p.Domain = r.Text().Trim()),
        ("fileName|filename", static (ref r, ref p) => p.File = FileCodec.ReadName(ref r)));

    public static StoreDomainContentsRequest ReadStoreDomain(ref XerReader r)
    {
        var (domain, file) = StoreFields.Read(ref r, ("", null));
        return new(domain, FileCodec.Required(ref r, file));
    }
}
