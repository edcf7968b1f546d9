using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Agent.Conformance;

/// <summary>A service of IEC 61850-7-2, how it is served, and the tests that show it.</summary>
/// <param name="Group">Which part of the standard it belongs to.</param>
/// <param name="Name">The service.</param>
/// <param name="Mms">MMS services that carry it; empty: none does.</param>
/// <param name="Applies">Whether a model has something to serve with it.</param>
/// <param name="Positive">Tests that show it.</param>
/// <param name="Negative">Tests that show how it is refused.</param>
internal sealed record ServiceConformance(string Group, string Name, IReadOnlyList<MmsService> Mms, Func<IedModel, bool> Applies, string Positive, string Negative)
{
    private const string None = "";

    /// <summary>Every client/server service of IEC TR 61850-80-3, table 2, in its order, and what 8-2 adds.</summary>
    public static IReadOnlyList<ServiceConformance> Rows { get; } =
    [
        Of("Server", "GetServerDirectory (LOGICAL-DEVICE)", [MmsService.GetNameList], "GetServerDirectory_names_the_logical_devices", "Wrong_class_and_scope_pairs_and_unknown_domains_are_errors"),
        Of("Server", "GetServerDirectory (FILE)", [MmsService.FileDirectory], "A_directory_is_one_level_of_full_names A_directory_comes_in_pages", "Everybody_sees_the_files_of_his_devices"),
        Of("Application association", "Associate", [], "Ass1_an_association_is_made_and_released", "Bad_proposals_are_refused_and_the_old_association_lives_on Associations_are_limited_per_peer_and_in_all"),
        Of("Application association", "Release", [MmsService.Conclude], "Ass1_an_association_is_made_and_released", None),
        Of("Application association", "Abort", [], "A_partner_that_goes_away_loses_its_association_at_once Idle_associations_end", None),
        Of("Logical device", "GetLogicalDeviceDirectory", [MmsService.GetNameList], "A_directory_of_twenty_thousand_variables_comes_whole The_extended_service_names_one_level", "Wrong_class_and_scope_pairs_and_unknown_domains_are_errors"),
        Of("Logical node", "GetLogicalNodeDirectory", [MmsService.GetNameList], "A_directory_of_twenty_thousand_variables_comes_whole", "Wrong_class_and_scope_pairs_and_unknown_domains_are_errors"),
        Of("Logical node", "GetAllDataValues", [MmsService.Read], "A_constraint_or_a_whole_logical_node_is_read_at_once", "What_does_not_exist_is_a_failure_in_its_place"),
        Of("Data", "GetDataValues", [MmsService.Read], "A_constraint_or_a_whole_logical_node_is_read_at_once", "What_does_not_exist_is_a_failure_in_its_place"),
        Of("Data", "SetDataValues", [MmsService.Write], "A_setting_of_the_hardware_is_answered_when_the_hardware_took_it", "Only_settings_are_writable The_old_value_stays_when_the_hardware_refuses"),
        Of("Data", "GetDataDirectory", [MmsService.GetVariableAccessAttributes], "Definitions_are_given_at_every_level", "Definitions_are_given_at_every_level"),
        Of("Data", "GetDataDefinition", [MmsService.GetVariableAccessAttributes], "Definitions_are_given_at_every_level", "Definitions_are_given_at_every_level"),
        Of("Data set", "GetDataSetValues", [MmsService.Read], "A_data_set_is_read_member_by_member", "A_data_set_is_read_member_by_member"),
        Of("Data set", "SetDataSetValues", [MmsService.Write], "A_data_set_is_written_member_by_member", "A_data_set_is_written_member_by_member"),
        Of("Data set", "CreateDataSet", [MmsService.DefineNamedVariableList], m => m.Capabilities.DynamicDataSets > 0, "A_data_set_is_created_and_deleted A_data_set_of_an_association_ends_with_it", "What_cannot_be_created_is_refused There_are_as_many_as_the_file_allows"),
        Of("Data set", "DeleteDataSet", [MmsService.DeleteNamedVariableList], "A_data_set_is_created_and_deleted", "What_cannot_be_deleted_stays"),
        Of("Data set", "GetDataSetDirectory", [MmsService.GetNamedVariableListAttributes], "A_data_set_tells_its_members", "What_cannot_be_created_is_refused"),
        Of("Substitution", "SetDataValues (FC SV, BL)", [MmsService.Write], "A_substitute_takes_the_place_of_value_and_quality A_value_that_is_blocked_stands_still", "Only_settings_are_writable"),
        Of("Setting group", "SelectActiveSG", [MmsService.Write], HasGroups, "Values_go_one_after_the_other_and_show_together A_slave_that_refuses_the_third_of_five_has_its_old_values_again", "What_cannot_be_set_is_refused What_the_device_refuses_puts_back_those_before_it"),
        Of("Setting group", "SelectEditSG", [MmsService.Write], HasGroups, "A_group_is_edited_and_confirmed", "A_group_that_is_edited_is_its_editors"),
        Of("Setting group", "SetEditSGValue", [MmsService.Write], HasGroups, "A_group_is_edited_and_confirmed", "A_value_that_does_not_fit_its_setting_is_refused"),
        Of("Setting group", "ConfirmEditSGValues", [MmsService.Write], HasGroups, "A_group_is_edited_and_confirmed", "What_is_not_confirmed_is_discarded"),
        Of("Setting group", "GetEditSGValue", [MmsService.Read], HasGroups, "A_group_is_edited_and_confirmed", "What_is_not_confirmed_is_discarded"),
        Of("Setting group", "GetSGCBValues", [MmsService.Read], HasGroups, "A_group_is_edited_and_confirmed", "What_is_not_confirmed_is_discarded"),
        Of("Buffered reporting", "Report", [MmsService.InformationReport], m => HasReports(m, isBuffered: true), "A_report_larger_than_the_PDU_comes_in_segments_and_no_value_is_cut Reporting_resumes_after_the_entry_that_was_written", None),
        Of("Buffered reporting", "GetBRCBValues", [MmsService.Read], m => HasReports(m, isBuffered: true), "Reporting_resumes_after_the_entry_that_was_written", "What_does_not_exist_is_a_failure_in_its_place"),
        Of("Buffered reporting", "SetBRCBValues", [MmsService.Write], m => HasReports(m, isBuffered: true), "Reporting_resumes_after_the_entry_that_was_written", "What_may_not_be_written_is_refused"),
        Of("Unbuffered reporting", "Report", [MmsService.InformationReport], m => HasReports(m, isBuffered: false), "An_unbuffered_report_holds_the_fields_asked_for_and_never_those_of_buffered_ones", None),
        Of("Unbuffered reporting", "GetURCBValues", [MmsService.Read], m => HasReports(m, isBuffered: false), "A_reserved_block_is_unavailable_to_others_until_its_time_runs_out", "What_does_not_exist_is_a_failure_in_its_place"),
        Of("Unbuffered reporting", "SetURCBValues", [MmsService.Write], m => HasReports(m, isBuffered: false), "A_reserved_block_is_unavailable_to_others_until_its_time_runs_out", "What_may_not_be_written_is_refused A_reserved_block_is_unavailable_to_others_until_its_time_runs_out"),
        Of("Logging", "GetLCBValues", [MmsService.Read], HasLogs, "A_block_shows_its_log", "What_does_not_exist_is_a_failure_in_its_place"),
        Of("Logging", "SetLCBValues", [MmsService.Write], HasLogs, "What_is_logged_can_be_changed_while_it_is_off", "What_cannot_be_set_is_refused What_the_file_fixes_is_not_changed"),
        Of("Logging", "QueryLogByTime", [MmsService.ReadJournal], HasLogs, "A_query_by_time_includes_both_ends The_union_of_the_pages_is_the_log", "Everybody_reads_of_a_log_what_he_may"),
        Of("Logging", "QueryLogAfter", [MmsService.ReadJournal], HasLogs, "The_union_of_the_pages_is_the_log", "Everybody_reads_of_a_log_what_he_may"),
        Of("Logging", "GetLogStatusValues", [MmsService.Read], HasLogs, "A_block_shows_its_log", "What_does_not_exist_is_a_failure_in_its_place"),
        Of("Logging", "(clearing of a log)", [MmsService.InitializeJournal], HasLogs, "A_log_is_emptied_as_far_as_it_is_wanted", "A_log_is_emptied_as_far_as_it_is_wanted"),
        Of("Control", "Select", [MmsService.Read], HasControls, "A_selection_is_cancelled", "Each_cause_is_raised_by_what_it_is_for"),
        Of("Control", "SelectWithValue", [MmsService.Write], HasControls, "SBOes_selects_with_value_operates_and_terminates", "Each_cause_is_raised_by_what_it_is_for"),
        Of("Control", "Cancel", [MmsService.Write], HasControls, "A_selection_is_cancelled", "Each_cause_is_raised_by_what_it_is_for"),
        Of("Control", "Operate", [MmsService.Write], HasControls, "SBOes_selects_with_value_operates_and_terminates", "Each_cause_is_raised_by_what_it_is_for"),
        Of("Control", "CommandTermination", [MmsService.InformationReport], HasControls, "SBOes_selects_with_value_operates_and_terminates", "Each_cause_is_raised_by_what_it_is_for"),
        Of("Control", "TimeActivatedOperate", [MmsService.Write], HasActivation, "A_command_for_later_is_accepted_now_told_at_its_time_and_terminated", "It_is_not_executed_when_its_time_finds_the_mode_changed_or_is_past"),
        Of("File transfer", "GetFile", [MmsService.FileOpen, MmsService.FileRead, MmsService.FileClose], "A_file_is_read_part_by_part It_is_read_from_a_position A_file_is_set_and_got_and_outlives_a_kill", "What_cannot_be_opened_is_refused A_file_nobody_reads_is_closed_after_a_minute_and_with_its_association"),
        Of("File transfer", "SetFile", [MmsService.ObtainFile], "A_file_is_read_from_its_client_and_has_its_name_when_it_is_whole A_file_is_set_and_got_and_outlives_a_kill", "A_source_that_fails_leaves_the_old_file_and_is_told_so What_may_not_be_set_is_refused_before_anybody_is_asked"),
        Of("File transfer", "DeleteFile", [MmsService.FileDelete], "A_file_is_deleted_and_who_reads_it_reads_on", "What_cannot_be_deleted_stays"),
        Of("File transfer", "GetFileAttributeValues", [MmsService.FileDirectory], "A_file_has_attributes", "A_file_has_attributes"),
        Of("Time", "TimeSynchronization (SNTP client)", [], "Three_servers_one_five_seconds_off_one_silent_one_that_wants_no_more Integrity_reports_come_each_second_whatever_the_clock_does", "What_is_not_sane_is_ignored"),
        Of("Service tracking", "(objects of an LTRK)", [MmsService.Read], m => Nodes(m).Any(n => n.LnClass == "LTRK"), "A_command_is_tracked_when_it_is_accepted_and_when_it_has_ended", "A_command_that_is_refused_is_tracked_with_its_cause"),
        Of("VMD", "Identify", [MmsService.Identify], "Identify_tells_what_the_file_says", None),
        Of("VMD", "Status", [MmsService.Status], "Status_tells_how_the_devices_are", None),
        Of("VMD", "Cancel", [MmsService.Cancel], "It_can_be_cancelled", "A_request_under_way_cannot_be_cancelled_and_an_unknown_one_is_unknown"),
        Of("VMD", "GetDomainAttributes", [MmsService.GetDomainAttributes], "A_logical_device_has_attributes_and_an_unknown_one_has_none", "A_logical_device_has_attributes_and_an_unknown_one_has_none"),
        Of("VMD", "StoreDomainContents", [MmsService.StoreDomainContents], "The_file_in_force_is_stored_under_the_name_asked_for A_new_SCL_file_is_looked_at_taken_and_given_back", "What_cannot_be_stored_is_refused"),
    ];

    /// <summary>The logical nodes of a model.</summary>
    public static IEnumerable<LogicalNode> Nodes(IedModel model) => model.LogicalDevices.SelectMany(d => d.LogicalNodes);

    /// <summary>The objects of a model that can be controlled, with the control model that the SCL file gives.</summary>
    public static IEnumerable<(DataObject DataObject, long ControlModel)> Controls(IedModel model) => Nodes(model)
        .SelectMany(n => n.DataObjects)
        .SelectMany(d => d.SelfAndDescendants())
        .Where(d => d.Node(FunctionalConstraint.CO) is not null && d.Attribute("ctlModel") is { IsLeaf: true })
        .Select(d => (d, d.Attribute("ctlModel")!.InitialValue is { Kind: not DataKind.None } value ? value.AsInteger() : 0));

    private static ServiceConformance Of(string group, string name, IReadOnlyList<MmsService> mms, string positive, string negative) => Of(group, name, mms, static _ => true, positive, negative);

    private static ServiceConformance Of(string group, string name, IReadOnlyList<MmsService> mms, Func<IedModel, bool> applies, string positive, string negative) => new(group, name, mms, applies, positive, negative);

    private static bool HasGroups(IedModel model) => Nodes(model).Any(n => n.SettingControl is not null);

    private static bool HasReports(IedModel model, bool isBuffered) => Nodes(model).SelectMany(n => n.ReportControls).Any(r => r.Buffered == isBuffered);

    private static bool HasLogs(IedModel model) => Nodes(model).Any(n => n.LogControls.Count > 0 || n.Logs.Count > 0);

    private static bool HasControls(IedModel model) => Controls(model).Any(c => c.ControlModel > 0);

    private static bool HasActivation(IedModel model) => Controls(model).Any(c => c.ControlModel > 0 && c.DataObject.Node(FunctionalConstraint.CO)?.Child("Oper")?.Child("operTm") is not null);
}
