using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Reads the <c>Services</c> of an access point or IED as bounds of what the server offers (IEC 61850-6 §9.3.2).</summary>
internal static class ServicesReader
{
    public static ServerCapabilities Read(SclElement ied, SclElement accessPoint)
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
        var log = services.First("LogSettings");
        var dynamic = services.First("DynDataSet");
        return new()
        {
            Associations = SclAttributes.Associations.Find(services.First("DynAssociation")) is { } most ? Bounded(most) : null,
            DynamicDataSets = dynamic is null ? 0 : Bounded(SclAttributes.MostDynamicDataSets.Of(dynamic)),
            DynamicDataSetMembers = Bounded(SclAttributes.MostDynamicMembers.Of(dynamic)),
            ReportDataSet = Access(report, SclAttributes.ReportDataSet),
            ReportId = Access(report, SclAttributes.ReportId),
            ReportOptionalFields = Access(report, SclAttributes.ReportOptionalFields),
            ReportBufferTime = Access(report, SclAttributes.ReportBufferTime),
            ReportTriggerOptions = Access(report, SclAttributes.ReportTriggerOptions),
            ReportIntegrityPeriod = Access(report, SclAttributes.ReportIntegrityPeriod),
            LogEnable = Access(log, SclAttributes.LogEnable),
            LogDataSet = Access(log, SclAttributes.LogDataSet),
            LogTriggerOptions = Access(log, SclAttributes.LogTriggerOptions),
            LogIntegrityPeriod = Access(log, SclAttributes.LogIntegrityPeriod),
            ReportReservationTime = SclAttributes.ReportReservationTime.Of(report),
            ReportOwner = SclAttributes.ReportOwner.Of(report),
            SettingGroupReservationTime = SclAttributes.EditReservationTime.Of(services.First("SettingGroups")?.First("SGEdit")),
        };
    }

    private static int Bounded(long number) => (int)Math.Min(int.MaxValue, number);

    /// <summary>Where the file says nothing of the settings of reports, clients may change them, as with other servers.</summary>
    internal static SettingAccess Access(SclElement? settings, SclWord setting) => settings is null || setting.Of(settings) == "Dyn" ? SettingAccess.Dynamic : SettingAccess.Configured;
}
