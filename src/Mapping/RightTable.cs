using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Mapping;

/// <summary>The right a request needs, by service, functional constraint and attribute (IEC 62351-8, IEC 61850-90-19). It stands beside the <see cref="ServiceTable"/>.</summary>
internal static class RightTable
{
    /// <summary>The right a service needs where no variable is named.</summary>
    public static Right Of(MmsService service) => service switch
    {
        MmsService.Identify or MmsService.Status or MmsService.Conclude or MmsService.Cancel => Right.None,
        MmsService.GetNameList or MmsService.GetVariableAccessAttributes or MmsService.GetNamedVariableListAttributes or MmsService.GetDomainAttributes => Right.View,
        MmsService.Read => Right.Read,
        MmsService.DefineNamedVariableList or MmsService.DeleteNamedVariableList => Right.DataSet,
        MmsService.ReadJournal => Right.Logging,
        MmsService.InitializeJournal => Right.Config,
        MmsService.FileOpen or MmsService.FileRead or MmsService.FileClose or MmsService.FileDirectory => Right.FileRead,
        MmsService.ObtainFile => Right.FileWrite,
        MmsService.FileDelete => Right.FileManagement,
        _ => Right.Config,
    };

    /// <summary>The right a read or write of a node needs.</summary>
    /// <param name="service">Read or Write; any other needs what <see cref="Of(MmsService)"/> says.</param>
    /// <param name="node">The node.</param>
    public static Right Of(MmsService service, DataNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Of(service, node.Fc, node.Name, node is { DataObject: null, Fc: FunctionalConstraint.SP, Parent: not null });
    }

    /// <summary>The same by name.</summary>
    /// <param name="service">Read or Write.</param>
    /// <param name="fc">Functional constraint.</param>
    /// <param name="attribute">Name of the attribute.</param>
    /// <param name="isSettingGroupControl">Whether it is the setting-group control block or part of it.</param>
    public static Right Of(MmsService service, FunctionalConstraint fc, string attribute, bool isSettingGroupControl) => (service, fc) switch
    {
        // Reading SBO selects.
        (MmsService.Read, FunctionalConstraint.CO) when attribute == "SBO" => Right.Control,
        (MmsService.Read, FunctionalConstraint.SE) => Right.SettingGroup,
        (MmsService.Read, _) => Right.Read,
        (MmsService.Write, FunctionalConstraint.CO) => Right.Control,
        (MmsService.Write, FunctionalConstraint.SE or FunctionalConstraint.SG) => Right.SettingGroup,
        (MmsService.Write, FunctionalConstraint.SP) when isSettingGroupControl => Right.SettingGroup,
        (MmsService.Write, FunctionalConstraint.BR or FunctionalConstraint.RP) => Right.Reporting,
        (MmsService.Write, FunctionalConstraint.LG) => Right.Logging,
        (MmsService.Write, _) => Right.Config,
        _ => Of(service),
    };
}
