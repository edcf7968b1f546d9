using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Takes a record of every service that is no query: shows it in the tracking objects, keeps it where it is one for the audit, and logs it.</summary>
internal sealed class ServiceRecords(TrackingObjects tracking, AuditTrail audit, Queue<AcsiEffect> effects, TimeProvider time)
{
    /// <summary>Octets of a value that are kept.</summary>
    private const int MaxValue = 2_048;

    private readonly RefusalBudget _refusals = new();

    /// <summary>When <see cref="Tick"/> is to be called next.</summary>
    public DateTimeOffset? NextDue => _refusals.NextDue;

    /// <summary>The clock was set: what is due stays as far away as it was.</summary>
    public void Shift(TimeSpan by) => _refusals.Shift(by);

    /// <summary>Tells of refusals that left no record.</summary>
    public void Tick(DateTimeOffset now)
    {
        if (NextDue <= now)
        {
            foreach (var (client, count) in _refusals.End(now))
            {
                Keep(new(ServiceName.InternalChange, tracking.Model.Name, ServiceStatus.NoError, client, now) { Remark = $"{count} more of its services were refused within a minute" });
            }
        }
    }

    /// <summary>A service of control, or what became of a command.</summary>
    /// <param name="control">The object.</param>
    /// <param name="service">The service.</param>
    /// <param name="client">Bare JID of whose it was.</param>
    /// <param name="parameters">What it came with; null where it comes with nothing.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="isOutcome">Whether an accepted command has ended so.</param>
    /// <param name="isTracked">Whether it is a service, or a change that nobody asked for: the end of a command may be neither.</param>
    /// <param name="connection">The connection it came over; empty: none that is known.</param>
    public void Control(ControlObject control, ServiceName service, string client, ControlParameters? parameters, CommandOutcome outcome, bool isOutcome = false, bool isTracked = true, string connection = "")
    {
        var record = new ServiceRecord(service, control.DataObject.Reference, ServiceStatuses.Of(outcome.Failure), client, time.GetUtcNow())
        {
            Cause = outcome.Failure,
            IsOutcome = isOutcome,
            Remark = outcome.Description,
        };
        if (parameters is not null)
        {
            record = record with
            {
                Value = Bounded(parameters.Value),
                OriginCategory = parameters.OriginCategory,
                OriginIdent = parameters.OriginIdent,
                ControlNumber = (long)parameters.ControlNumber.AsUnsigned(),
                IsTest = parameters.Test,
            };
        }

        if (isTracked)
        {
            tracking.Show(record, control, parameters);
        }

        Keep(record, connection);
    }

    /// <summary>A write of an attribute of a control block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="attribute">The attribute.</param>
    /// <param name="value">What was to be set.</param>
    /// <param name="client">Bare JID of whose it was.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="connection">The connection it came over; empty: none that is known.</param>
    public void Block(DataNode block, DataNode attribute, in DataValue value, string client, ServiceStatus status, string connection = "")
    {
        var record = new ServiceRecord(ServiceOf(attribute), AcsiReference.Of(block), status, client, time.GetUtcNow()) { Value = Bounded(value) };
        tracking.Show(record, block, attribute, value);
        if (attribute.Fc == FunctionalConstraint.SP)
        {
            Keep(record, connection);
        }
    }

    /// <summary>A control block changed, and nobody asked for that: a time ran out, an association has ended.</summary>
    public void Internal(DataNode block, string client) =>
        tracking.Show(new(ServiceName.InternalChange, AcsiReference.Of(block), ServiceStatus.NoError, client, time.GetUtcNow()), block, null, default);

    /// <summary>A write of data.</summary>
    public void Data(DataNode node, in DataValue value, string client, ServiceStatus status, string connection = "")
    {
        var record = new ServiceRecord(node.Fc == FunctionalConstraint.SE ? ServiceName.SetEditSGValue : ServiceName.SetDataValues, AcsiReference.Of(node), status, client, time.GetUtcNow()) { Value = Bounded(value) };
        tracking.ShowOther(record, node.LogicalNode.LogicalDevice);
        Keep(record, connection);
    }

    /// <summary>A write that is complete: where it was one of a data set, that is the service.</summary>
    public void DataSet(PendingWrite write)
    {
        if (write.DataSet is { } name)
        {
            var record = new ServiceRecord(ServiceName.SetDataSetValues, AcsiReference.OfMms(name.ToString()), ServiceStatuses.Of(write.Failure), write.Call.Peer.Key.BarePeer, time.GetUtcNow());
            tracking.ShowOther(record, tracking.Model.LogicalDevice(name.Domain));
            Keep(record, write.Call.Peer.Key.Connection);
        }
    }

    /// <summary>A data set was created or deleted, or not.</summary>
    public void DataSet(ServiceName service, ObjectName name, Association peer, ServiceError? error)
    {
        var record = new ServiceRecord(service, AcsiReference.OfMms(name.Scope == NameScope.Association ? $"@{name.Item}" : name.ToString()), ServiceStatuses.Of(error), peer.Key.BarePeer, time.GetUtcNow());
        tracking.ShowOther(record, name.Scope == NameScope.Domain ? tracking.Model.LogicalDevice(name.Domain) : null);
        Keep(record, peer.Key.Connection);
    }

    /// <summary>Entries of a log were removed; there is no tracking of that.</summary>
    public void Journal(string reference, string client, int count) => Keep(
        new(ServiceName.InternalChange, AcsiReference.OfMms(reference), ServiceStatus.NoError, client, time.GetUtcNow()) { Remark = $"{count} entries of the log were removed" });

    /// <summary>A file was set or deleted, or not.</summary>
    public void File(ServiceName service, string name, Association peer, ServiceError? error)
    {
        var record = new ServiceRecord(service, Legible(name), ServiceStatuses.Of(error), peer.Key.BarePeer, time.GetUtcNow());
        tracking.ShowOther(record, null);
        Keep(record, peer.Key.Connection);
    }

    /// <summary>A name that a peer made up, as far as a reference goes (ObjectReference is a VISIBLE STRING129).</summary>
    private static string Legible(string name) => new([.. name.Take(129).Select(c => c is >= ' ' and <= '~' ? c : '?')]);

    /// <summary>Something that concerns the whole server: associations.</summary>
    public void Server(ServiceName service, string client, ServiceStatus status) => tracking.ShowOther(new(service, tracking.Model.Name, status, client, time.GetUtcNow()), null);

    /// <summary>The agent did something of its own accord.</summary>
    /// <param name="reference">With what.</param>
    /// <param name="text">One sentence.</param>
    /// <param name="isWarning">Whether somebody should look at it.</param>
    public void Happened(string reference, string text, bool isWarning) => Keep(new(ServiceName.InternalChange, reference, ServiceStatus.NoError, "", time.GetUtcNow()) { Remark = text }, isWarning: isWarning);

    /// <summary>A record of something found at start that belongs to no object any more.</summary>
    public void Found(ServiceRecord record) => Keep(record);

    /// <summary>Puts a record into the audit, and into the log; of refusals not more than a medium and a reader bear.</summary>
    private void Keep(ServiceRecord record, string connection = "", bool isWarning = false)
    {
        var isRefusal = record is { IsOutcome: false, Status: not ServiceStatus.NoError, Service: not ServiceName.InternalChange };
        if (isRefusal && !_refusals.Take(record.Client, record.Time))
        {
            return;
        }

        audit.Add(record);
        effects.Enqueue(new AcsiEffect.Log(record.Text(connection), IsWarning: isWarning || record.Status == ServiceStatus.AccessViolation || (record.IsOutcome && record.Status != ServiceStatus.NoError)) { Client = record.Client });
    }

    /// <summary>What fits no attribute is of any size: it is not kept.</summary>
    private static DataValue Bounded(in DataValue value) => IRingEntry.OctetsOf(value) <= MaxValue ? value : default;

    private static ServiceName ServiceOf(DataNode attribute) => attribute.Fc switch
    {
        FunctionalConstraint.BR => ServiceName.SetBRCBValues,
        FunctionalConstraint.RP => ServiceName.SetURCBValues,
        FunctionalConstraint.LG => ServiceName.SetLCBValues,
        FunctionalConstraint.GO => ServiceName.SetGoCBValues,
        FunctionalConstraint.MS => ServiceName.SetMSVCBValues,
        FunctionalConstraint.US => ServiceName.SetUSVCBValues,
        _ => attribute.Name switch { "EditSG" => ServiceName.SelectEditSG, "CnfEdit" => ServiceName.ConfirmEditSGValues, _ => ServiceName.SelectActiveSG },
    };
}
