using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>A controllable data object: its attributes and the state of its control (IEC 61850-7-2 §20).</summary>
internal sealed class ControlObject(int index, DataObject dataObject, DataNode node, ValueStore values, ControlRules? rules) : IStoredItem
{
    private readonly DataNode? _model = dataObject.Attribute("ctlModel");
    private readonly DataNode? _sboTimeout = dataObject.Attribute("sboTimeout");
    private readonly DataNode? _sboClass = dataObject.Attribute("sboClass");
    private readonly DataNode? _operTimeout = dataObject.Attribute("operTimeout");
    private readonly DataNode? _pulse = dataObject.Cdc is "SPC" or "DPC" && !Behaviour.IsOwn(dataObject) ? dataObject.Attribute("pulseConfig") : null;

    /// <summary>Its number in the server.</summary>
    public int Index { get; } = index;

    public DataObject DataObject { get; } = dataObject;

    /// <summary>Checks that the SCL file asks for; null: none beside those every control has.</summary>
    public ControlRules? Rules { get; } = rules;

    /// <summary>The object under CO.</summary>
    public DataNode Node { get; } = node;

    public DataNode? Oper { get; } = node.Child("Oper");

    /// <summary>The leaf of ctlVal that hardware may be bound to: the first below it.</summary>
    public DataNode? ControlValue => Oper?.Child("ctlVal")?.Leaves().FirstOrDefault();

    /// <summary>Reference in selects and errors, e.g. <c>PV1LD0/DWMX1$CO$WMaxSptPct</c>.</summary>
    public string Reference => Node.Reference;

    public ControlModel Model => _model is null ? ControlModel.StatusOnly : (ControlModel)values[_model.FirstSlot].AsInteger();

    public bool IsSbo => Model is ControlModel.SboNormal or ControlModel.SboEnhanced;

    public bool IsEnhanced => Model is ControlModel.DirectEnhanced or ControlModel.SboEnhanced;

    /// <summary>operate-many (1) keeps the selection after an operation.</summary>
    private bool KeepsSelection => _sboClass is not null && values[_sboClass.FirstSlot].AsInteger() == 1;

    private TimeSpan? SelectTimeout => Milliseconds(_sboTimeout);

    private TimeSpan? OperateTimeout => Milliseconds(_operTimeout);

    /// <summary>What its configuration says.</summary>
    public ControlTraits Traits(AcsiOptions options) => new(IsSbo, IsEnhanced, KeepsSelection, SelectTimeout ?? options.SelectTimeout, OperateTimeout, PulseConfiguration.Of(_pulse, values));

    /// <summary>Its state; values come from <see cref="ControlTransitions"/> alone.</summary>
    public ControlState State => Record.State;

    /// <summary>Its state, and what belongs to the operation under way.</summary>
    public ControlRecord Record { get; private set; } = new(ControlState.Idle, 0, null, default);

    /// <summary>The step that last changed something durable of it.</summary>
    public long WrittenIn { get; set; }

    public bool IsBusy => State.IsBusy;

    /// <inheritdoc/>
    public string Key { get; } = StoredKeys.Control + node.Reference;

    /// <summary>What is under way with it; null where nothing is.</summary>
    public byte[]? Encode() => StoredControl.Encode(State, Record.CommandId);

    /// <summary>Takes over what the machine says.</summary>
    public void Move(in ControlRecord record) => Record = record;

    /// <summary>A status attribute such as stSeld, origin or opOk, under ST, MX or OR.</summary>
    public DataNode? Status(string name) =>
        DataObject.Node(FunctionalConstraint.ST)?.Child(name) ?? DataObject.Node(FunctionalConstraint.MX)?.Child(name) ?? DataObject.Node(FunctionalConstraint.OR)?.Child(name);

    private TimeSpan? Milliseconds(DataNode? node) =>
        node is not null && values[node.FirstSlot].AsInteger() is > 0 and var ms ? TimeSpan.FromMilliseconds(ms) : null;
}

/// <summary>What a control object is doing: a value.</summary>
/// <param name="State">Its state.</param>
/// <param name="CommandId">Id of the command at the hardware; 0 where there is none.</param>
/// <param name="Ticket">The write that waits for the hardware, with normal security.</param>
/// <param name="Outcome">Why the execution, or the waiting, ended.</param>
internal readonly record struct ControlRecord(ControlState State, long CommandId, WriteTicket? Ticket, CommandOutcome Outcome)
{
    /// <summary>Id of the command that puts the output to rest; 0 where none is under way.</summary>
    public long RestId { get; init; }

    /// <summary>When the output is put to rest once more, for the last time failed; null: it rests, or is on its way.</summary>
    public DateTimeOffset? RestDue { get; init; }
}
