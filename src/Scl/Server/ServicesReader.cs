using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Reads the <c>Services</c> of an access point or IED as bounds of what the server offers (IEC 61850-6 §9.3.2).</summary>
internal static class ServicesReader
{
    public static ServerCapabilities Read(SclElement ied, SclElement accessPoint, SclFindings findings)
    {
        var services = accessPoint.First("Services") ?? ied.First("Services");
        if (services is null)
        {
            // Nothing said: Ed 1 files often leave it out and expect everything.
            return new()
            {
                DynamicDataSets = 16,
                ReportDataSet = SettingAccess.Dynamic,
                ReportId = SettingAccess.Dynamic,
                ReportOptionalFields = SettingAccess.Dynamic,
                ReportBufferTime = SettingAccess.Dynamic,
                ReportTriggerOptions = SettingAccess.Dynamic,
                ReportIntegrityPeriod = SettingAccess.Dynamic,
            };
        }

        var report = services.First("ReportSettings");
        var dynamic = services.First("DynDataSet");
        return new()
        {
            Associations = services.First("DynAssociation")?["max"] is { Length: > 0 } ? (int)Math.Min(int.MaxValue, services.First("DynAssociation")!.Number("max", int.MaxValue, findings)) : null,
            DynamicDataSets = (int)(dynamic?.Number("max", 16, findings) ?? 0),
            DynamicDataSetMembers = (int)(dynamic?.Number("maxAttributes", 100, findings) ?? 100),
            ReportDataSet = Access(report, "datSet"),
            ReportId = Access(report, "rptID"),
            ReportOptionalFields = Access(report, "optFields"),
            ReportBufferTime = Access(report, "bufTime"),
            ReportTriggerOptions = Access(report, "trgOps"),
            ReportIntegrityPeriod = Access(report, "intgPd"),
            ReportReservationTime = report?.Flag("resvTms") ?? false,
            ReportOwner = report?.Flag("owner") ?? false,
            SettingGroupReservationTime = services.First("SettingGroups")?.First("SGEdit")?.Flag("resvTms") ?? false,
        };
    }

    private static SettingAccess Access(SclElement? settings, string name) => settings?[name] == "Dyn" ? SettingAccess.Dynamic : SettingAccess.Configured;
}
