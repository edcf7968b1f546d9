using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>A controllable data object: its attributes and the state of its control (IEC 61850-7-2 §20).</summary>
internal sealed class ControlObject(DataObject dataObject, DataNode node, ValueStore values)
{
    private readonly DataNode? _model = dataObject.Attribute("ctlModel");
    private readonly DataNode? _sboTimeout = dataObject.Attribute("sboTimeout");
    private readonly DataNode? _sboClass = dataObject.Attribute("sboClass");
    private readonly DataNode? _operTimeout = dataObject.Attribute("operTimeout");

    public DataObject DataObject { get; } = dataObject;

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
    public bool KeepsSelection => _sboClass is not null && values[_sboClass.FirstSlot].AsInteger() == 1;

    public TimeSpan? SelectTimeout => Milliseconds(_sboTimeout);

    public TimeSpan? OperateTimeout => Milliseconds(_operTimeout);

    public ControlState State { get; set; }

    /// <summary>Who selected or operates; null where nobody does, or its association has ended.</summary>
    public Association? Client { get; set; }

    /// <summary>Bare JID of who selected or operates.</summary>
    public string ClientJid { get; set; } = "";

    /// <summary>Parameters of the selection or the operation.</summary>
    public ControlParameters? Parameters { get; set; }

    /// <summary>When the selection, the waiting or the execution ends.</summary>
    public DateTimeOffset? Due { get; set; }

    /// <summary>Id of the command at the hardware.</summary>
    public long CommandId { get; set; }

    public bool IsBusy => State is ControlState.Operating or ControlState.WaitForActivationTime;

    /// <summary>A status attribute such as stSeld, origin or opOk, under ST, MX or OR.</summary>
    public DataNode? Status(string name) =>
        DataObject.Node(FunctionalConstraint.ST)?.Child(name) ?? DataObject.Node(FunctionalConstraint.MX)?.Child(name) ?? DataObject.Node(FunctionalConstraint.OR)?.Child(name);

    private TimeSpan? Milliseconds(DataNode? node) =>
        node is not null && values[node.FirstSlot].AsInteger() is > 0 and var ms ? TimeSpan.FromMilliseconds(ms) : null;
}
