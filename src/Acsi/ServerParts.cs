using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What a server is made of, put together and brought to where its predecessor was.</summary>
internal sealed class ServerParts
{
    private readonly List<ServiceRecord> _found;

    private readonly IReadOnlyList<(SettingGroupBlock Block, SettingPush Push)> _pushes;

    private readonly IProcessOutput _output;

    public ServerParts(IedModel model, AcsiPorts ports, AcsiOptions options, TimeProvider time, StepJournal journal, Queue<AcsiEffect> effects, AssociationTable associations)
    {
        _output = ports.Output;
        var now = time.GetUtcNow();
        var stored = new StoredState(ports.Stored, model, effects);
        Clock = new ClockQuality { Value = options.TimeQuality };
        Values = new ValueStore(model, Timestamp.From(now, options.TimeQuality));
        Settings = new StoredSettings(Values, journal, options, time);
        stored.Each(StoredKeys.Setting, (reference, value) => Settings.Restore(stored.Leaf(reference), value, now, options.TimeQuality));
        Behaviour = new Behaviour(Values, now, Clock);

        var dataSets = DataSets = new DataSetCatalog(model, journal);
        stored.Each(StoredKeys.DataSet, (reference, value) => dataSets.Restore(model, reference, value));
        var permissions = new Permissions(ports.Authority, time);
        var resolver = new VariableResolver(model, permissions);
        var notices = new ControlNotices(effects, associations);

        Blocks = new ReportBlocks(Values, dataSets, journal);
        Entries = new RingEntries(ports.Entries, journal, options, time);
        ReportRestore.Run(Blocks, Entries, dataSets, stored, now);
        Sender = new ReportSender(Blocks, Entries, journal, options, associations, effects);
        var triggers = new ReportTriggers(Values);
        Reports = new ReportService(Blocks, Entries, Sender, new ReportWriteRules(model, dataSets, permissions, Entries, options), triggers, Values, journal, time);
        Journals = new Journals(model, ports.Entries, Entries, journal, stored, effects, options, now);
        Logs = new LogService(Journals, dataSets, permissions, triggers, Values, stored, journal, options, time);
        dataSets.IsUsed = set => Logs.Uses(set) || Blocks.All.Exists(b => b.State.DataSet == set);
        dataSets.Gone = Reports.Forget;
        Changes = new ChangeFeed(Values, triggers, Reports, Logs);

        Audit = new AuditTrail(Entries, journal, time);
        Records = new ServiceRecords(new TrackingObjects(Values, Behaviour, Changes, Clock), Audit, effects, time);
        Reports.ChangedItself = (block, client) => Records.Internal(block.Node, client);
        Calls = new CallTable(effects, journal);

        Door = new CommandDoor(model, journal, effects, time);
        Machine = new ControlMachine(Door, new ControlStatus(Values, time, Clock), notices, Records, Behaviour, Calls, Settings, journal, options, time);
        Parameters = new ParameterWrites(Values, ports.Output, Door, Calls, Records, Settings, journal, options, time);
        var conditions = new ControlConditions(Values, Parameters);
        Updates = new ProcessUpdates(Values, Behaviour, journal, time, Clock);
        Channels = new ChannelObjects(Values, Updates);
        Statistics = new Statistics(Values, Updates, journal, time, effects);
        Changes.Statistics = Statistics;
        Controls = new ControlService(Values, time, new ControlChecks(Values, Behaviour, conditions, ports.Output, time), notices, Records, Machine, Calls, journal);
        conditions.Watch(Controls.Objects);
        Behaviour.Changed = (ln, at) =>
        {
            Updates.OnMode(ln, at);
            LetGoWhereOff(ln);
        };
        stored.Each(StoredKeys.Claim, (reference, value) => stored.Leaf(reference) is { } leaf && Door.Arbiter.Restore(leaf.FirstSlot, value) ? null : "the claim fits no attribute of the model, or is damaged");
        Partners = new Partners(associations);
        FailSafes = new FailSafes(Controls.Objects, Door, Machine, Values, Behaviour, Partners, ports.Output, journal, Records, effects);
        stored.Each(StoredKeys.FailSafe, (reference, value) => FailSafes.Restore(stored.Leaf(reference), value));
        Groups = new SettingGroupBlocks(Values, journal);
        var groupValues = new SettingGroupValues(journal);
        Pushes = new SettingPushes(Groups, groupValues, Values, ports.Output, Door, Calls, Records, journal, effects, time, Clock);
        SettingGroups = new SettingGroupService(Groups, groupValues, Pushes, Values, Records, journal, time);
        _pushes = SettingGroupRestore.Run(Groups, groupValues, Values, stored, now);
        var journalRights = new JournalRights(model, Journals, permissions);
        var fileTasks = FileTasks = new FileTasks(journal, effects);
        var fileRights = new FileRights(model, permissions);
        var exports = new LogExports(Journals, journalRights, fileRights, fileTasks);
        OpenFiles = new OpenFiles(fileTasks, journal, options, time);
        Transfers = new FileTransfers(fileTasks, Calls, Records, journal, effects, options, time);
        Recorder = new DisturbanceRecorder(new RecordFiles(model, fileTasks, effects, Clock), effects);
        _found = CommandRestore.Run(Controls, Door, model, stored, journal, now);

        // A service is a row here and in the service table, and nothing else: what stands here is what is offered.
        Services =
        [
            new ReadService(Values, resolver, dataSets, permissions, Controls, Reports, Logs, Parameters, SettingGroups),
            new WriteService(Values, resolver, dataSets, permissions, Controls, Reports, Logs, Parameters, SettingGroups, Records, Settings, Updates, Changes),
            new GetNameListService(model, dataSets, Journals, permissions, ports.Measure),
            new GetVariableAccessAttributesService(model, permissions),
            new GetNamedVariableListAttributesService(dataSets, permissions),
            new CreateDataSetService(model, dataSets, resolver, permissions, Records, options),
            new DeleteDataSetService(dataSets, permissions, Records),
            new ReadJournalService(Journals, journalRights, ports.Measure),
            new InitializeJournalService(Journals, journalRights, Records),
            new FileOpenService(OpenFiles, fileTasks, fileRights, exports, Calls, options),
            new FileReadService(OpenFiles, fileTasks, Calls, ports.Measure, options),
            new FileCloseService(OpenFiles),
            new FileDirectoryService(fileTasks, fileRights, exports, Calls, ports.Measure),
            new FileDeleteService(fileTasks, fileRights, exports, Calls, Records),
            new StoreDomainContentsService(model, fileTasks, fileRights, permissions, exports, Calls, Records),
            new ObtainFileService(Transfers, fileRights, exports, Records),
            new GetDomainAttributesService(model, permissions),
            new IdentifyService(model),
            new StatusService(model, Values, journal),
        ];
    }

    public ClockQuality Clock { get; }

    public ValueStore Values { get; }

    public StoredSettings Settings { get; }

    public Behaviour Behaviour { get; }

    public AuditTrail Audit { get; }

    public ServiceRecords Records { get; }

    public CallTable Calls { get; }

    public CommandDoor Door { get; }

    public ControlMachine Machine { get; }

    public ParameterWrites Parameters { get; }

    public ProcessUpdates Updates { get; }

    public ChannelObjects Channels { get; }

    public Statistics Statistics { get; }

    public ControlService Controls { get; }

    public Partners Partners { get; }

    public FailSafes FailSafes { get; }

    public SettingGroupBlocks Groups { get; }

    public SettingPushes Pushes { get; }

    public SettingGroupService SettingGroups { get; }

    public DataSetCatalog DataSets { get; }

    public Journals Journals { get; }

    public LogService Logs { get; }

    public DisturbanceRecorder Recorder { get; }

    public FileTasks FileTasks { get; }

    public OpenFiles OpenFiles { get; }

    public FileTransfers Transfers { get; }

    public ReportBlocks Blocks { get; }

    public RingEntries Entries { get; }

    public ReportSender Sender { get; }

    public ReportService Reports { get; }

    public ChangeFeed Changes { get; }

    public IReadOnlyList<IConfirmedService> Services { get; }

    /// <summary>When something of it is due next.</summary>
    public DateTimeOffset? NextDue => DueQueue.Earliest(
        Reports.NextDue, Controls.NextDue, SettingGroups.NextDue, Logs.NextDue, Parameters.NextDue, Records.NextDue, OpenFiles.NextDue, Transfers.NextDue, Recorder.NextDue, FailSafes.NextDue, Statistics.NextDue);

    /// <summary>Does what is due of it beside commands, reports and logs: these have their place before and after.</summary>
    public void Tick(DateTimeOffset now)
    {
        Parameters.Tick(now);
        SettingGroups.Tick(now);
        Records.Tick(now);
        OpenFiles.Tick(now);
        Transfers.Tick(now);
        Recorder.Tick(now);
        Statistics.Tick(now);
    }

    /// <summary>The clock was set: what is due stays as far away as it was.</summary>
    public void Shift(TimeSpan by)
    {
        Blocks.Shift(by);
        Machine.Shift(by);
        Groups.Shift(by);
        Logs.Shift(by);
        Parameters.Shift(by);
        Records.Shift(by);
        OpenFiles.Shift(by);
        Transfers.Shift(by);
        Recorder.Shift(by);
        Partners.Shift(by);
        Door.Arbiter.Shift(by);
        FailSafes.Shift(by);
        Statistics.Shift(by);
    }

    /// <summary>An association has ended: what it held is free.</summary>
    public void Release(Association peer)
    {
        Sender.Abandon(peer);
        Controls.Release(peer.Key);
        SettingGroups.Release(peer.Key);
        Reports.Release(peer.Key);
        DataSets.Release(peer.Key);
        OpenFiles.Release(peer.Key);
        Transfers.Release(peer.Key);
    }

    /// <summary>Tells, and tracks, what had not ended when the agent stopped: a step like any other, after everything is in place.</summary>
    public void TellFound()
    {
        _found.ForEach(Records.Found);
        _found.Clear();
        Controls.TellFound();
        foreach (var (block, push) in _pushes)
        {
            Pushes.TakeBack(block, push);
        }

        // The power may have gone before the hardware was told.
        foreach (var ln in Values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes))
        {
            LetGoWhereOff(ln);
        }
    }

    /// <summary>Nothing that was commanded through a logical node that is off is wanted any more.</summary>
    private void LetGoWhereOff(LogicalNode ln)
    {
        if (Behaviour.Of(ln) == BehaviourMode.Off)
        {
            Door.LetGo([.. Controls.Objects.Where(o => o.DataObject.LogicalNode == ln).Select(o => o.ControlValue).OfType<DataNode>().Where(_output.IsBound)]);
        }
    }
}
