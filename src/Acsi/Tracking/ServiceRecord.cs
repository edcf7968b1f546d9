using System.Globalization;
using System.Text;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// What a service did, or what became of it: the one source of what tracking objects show, of the audit and of the line in the log. Every service that is no
/// query makes one; an accepted command makes another when it has ended, exactly one, over a restart too.
/// </summary>
/// <param name="Service">Which service.</param>
/// <param name="Reference">What it was about, e.g. <c>PV1LD0/DWMX1.WMaxSptPct</c>.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Client">Bare JID of whose it was; empty where nobody's.</param>
/// <param name="Time">When.</param>
internal sealed record ServiceRecord(ServiceName Service, string Reference, ServiceStatus Status, string Client, DateTimeOffset Time) : IRingEntry
{
    /// <summary>The block of the store that records stand in; those of report control blocks have a slash in their names.</summary>
    public const string Block = "audit";

    private const byte Form = 1;

    private static readonly string[] Categories = ["not-supported", "bay-control", "station-control", "remote-control", "automatic-bay", "automatic-station", "automatic-remote", "maintenance", "process"];

    /// <summary>Of a control: why not; None where it went well.</summary>
    public AddCause Cause { get; init; } = AddCause.None;

    /// <summary>Whether an accepted command has ended so.</summary>
    public bool IsOutcome { get; init; }

    /// <summary>What was to be set.</summary>
    public DataValue Value { get; init; }

    /// <summary>Of a control: origin.orCat.</summary>
    public long OriginCategory { get; init; }

    /// <summary>Of a control: origin.orIdent.</summary>
    public DataValue OriginIdent { get; init; }

    /// <summary>Of a control: ctlNum.</summary>
    public long ControlNumber { get; init; }

    /// <summary>Of a control: Test.</summary>
    public bool IsTest { get; init; }

    /// <summary>A sentence for people; may be empty.</summary>
    public string Remark { get; init; } = "";

    /// <inheritdoc/>
    public int Octets => 200 + (2 * (Reference.Length + Client.Length + Remark.Length)) + IRingEntry.OctetsOf(Value) + IRingEntry.OctetsOf(OriginIdent);

    /// <inheritdoc/>
    public byte[] ToArray() => DataValueBinary.ToArray(output =>
    {
        output.Write(Form);
        output.Write(Time.UtcTicks);
        output.Write((byte)Service);
        output.Write((byte)Status);
        output.Write((byte)Cause);
        output.Write((byte)((IsOutcome ? 1 : 0) | (IsTest ? 2 : 0)));
        output.Write(Reference);
        output.Write(Client);
        DataValueBinary.Write(output, Value);
        output.Write7BitEncodedInt64(OriginCategory);
        DataValueBinary.Write(output, OriginIdent);
        output.Write7BitEncodedInt64(ControlNumber);
        output.Write(Remark);
    });

    /// <summary>The record that was stored; null where its octets are damaged, or of a newer form.</summary>
    public static ServiceRecord? Read(ReadOnlyMemory<byte> octets) => DataValueBinary.TryRead(octets, Read, out var record) ? record : null;

    /// <inheritdoc/>
    public override string ToString() => Text("");

    /// <summary>As a line of the log: what, who, from where, how it ended, what was seen of it.</summary>
    /// <param name="connection">The connection that it came over; empty: that is not known.</param>
    public string Text(string connection)
    {
        if (this is { Service: ServiceName.InternalChange, Client: "", IsOutcome: false, Cause: AddCause.None })
        {
            return Reference.Length == 0 ? Remark : $"{Reference}: {Remark}";
        }

        var text = new StringBuilder(Reference);
        if (Value.Kind != DataKind.None)
        {
            text.Append(CultureInfo.InvariantCulture, $" = {(Value is { Kind: DataKind.Structure, Items: [var only] } ? only : Value)}");
        }

        text.Append(CultureInfo.InvariantCulture, $": {(IsOutcome ? "command" : Service.ToString())} of {(Client.Length == 0 ? "nobody" : Client)}{(connection.Length == 0 ? "" : $" over {connection}")}{(IsTest ? " (Test)" : "")}{Origin}");
        text.Append((IsOutcome, Service, Status, Cause) switch
        {
            (true, _, _, AddCause.None) => " was carried out",
            (true, _, _, _) => $" ended with {Cause} ({(int)Cause})",
            (_, ServiceName.InternalChange, _, AddCause.None) => "",
            (_, ServiceName.InternalChange, _, _) => $" with {Cause} ({(int)Cause})",
            (_, _, ServiceStatus.NoError, _) => " accepted",
            (_, _, _, AddCause.None) => $" refused with {Status}",
            _ => $" refused with {Cause} ({(int)Cause})",
        });
        return Remark.Length == 0 ? text.ToString() : text.Append(": ").Append(Remark).ToString();
    }

    /// <summary>Who says to have commanded, as the peer's equipment names it (IEC 61850-7-3 §6.8).</summary>
    private string Origin
    {
        get
        {
            if (OriginIdent.Kind != DataKind.OctetString || IsOutcome)
            {
                return "";
            }

            var octets = OriginIdent.AsOctets().ToArray();
            var isText = Array.TrueForAll(octets, static o => o is >= 0x20 and < 0x7F and not (byte)'"');
            var category = OriginCategory >= 0 && OriginCategory < Categories.Length ? Categories[OriginCategory] : OriginCategory.ToString(CultureInfo.InvariantCulture);
            return $" ({category}{(octets.Length == 0 ? "" : isText ? $" \"{Encoding.ASCII.GetString(octets)}\"" : $" {Convert.ToHexString(octets)}")})";
        }
    }

    private static ServiceRecord Read(BinaryReader input)
    {
        if (input.ReadByte() is not Form)
        {
            throw new FormatException("a form that is not known");
        }

        var time = new DateTimeOffset(input.ReadInt64(), TimeSpan.Zero);
        var (service, status, cause, flags) = ((ServiceName)input.ReadByte(), (ServiceStatus)input.ReadByte(), (AddCause)input.ReadByte(), input.ReadByte());
        return new(service, input.ReadString(), status, input.ReadString(), time)
        {
            Cause = cause,
            IsOutcome = (flags & 1) != 0,
            IsTest = (flags & 2) != 0,
            Value = DataValueBinary.Read(input),
            OriginCategory = input.Read7BitEncodedInt64(),
            OriginIdent = DataValueBinary.Read(input),
            ControlNumber = input.Read7BitEncodedInt64(),
            Remark = input.ReadString(),
        };
    }
}
