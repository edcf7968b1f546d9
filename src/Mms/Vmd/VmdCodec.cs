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

    public static IdentifyResponse ReadIdentify(ref XerReader r)
    {
        string vendor = "", model = "", revision = "";
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("vendorName"u8))
            {
                vendor = r.Text();
            }
            else if (r.Name.SequenceEqual("modelName"u8))
            {
                model = r.Text();
            }
            else if (r.Name.SequenceEqual("revision"u8))
            {
                revision = r.Text();
            }
            else
            {
                r.Unknown();
            }
        }

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

    public static StatusResponse ReadStatus(ref XerReader r)
    {
        int logical = 0, physical = 0;
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("vmdLogicalStatus"u8))
            {
                logical = r.Named(NamedNumbers.LogicalStatuses);
            }
            else if (r.Name.SequenceEqual("vmdPhysicalStatus"u8))
            {
                physical = r.Named(NamedNumbers.PhysicalStatuses);
            }
            else
            {
                r.Unknown();
            }
        }

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

    public static GetDomainAttributesResponse ReadDomain(ref XerReader r)
    {
        ValueList<string> capabilities = [], programs = [];
        var (state, deletable, sharable, uploads) = (0, false, false, 0);
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("listOfCapabilities"u8))
            {
                capabilities = DirectoryCodec.ReadTexts(ref r);
            }
            else if (r.Name.SequenceEqual("state"u8))
            {
                state = r.Named(NamedNumbers.DomainStates);
            }
            else if (r.Name.SequenceEqual("mmsDeletable"u8))
            {
                deletable = r.Boolean();
            }
            else if (r.Name.SequenceEqual("sharable"u8))
            {
                sharable = r.Boolean();
            }
            else if (r.Name.SequenceEqual("listOfProgramInvocations"u8))
            {
                programs = DirectoryCodec.ReadTexts(ref r);
            }
            else if (r.Name.SequenceEqual("uploadInProgress"u8))
            {
                uploads = r.Integer32();
            }
            else
            {
                r.Unknown();
            }
        }

        return new(capabilities, state, deletable, sharable, programs, uploads);
    }
}
