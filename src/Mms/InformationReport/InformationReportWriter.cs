using System.Buffers;
using DerAgent.Model;

namespace DerAgent.Mms;

/// <summary>Writes an information report piece by piece (ISO 9506-2 §14.8), for whoever puts it together from results that are encoded already.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="dialect">In which dialect.</param>
internal readonly struct InformationReportWriter(IBufferWriter<byte> output, MmsDialect dialect)
{
    private readonly XerWriter _writer = new(output, dialect);

    /// <summary>Everything up to the first access result.</summary>
    /// <param name="list">The variable list the report is of.</param>
    public void Start(ObjectName list)
    {
        _writer.StartPdu();
        _writer.Start("unconfirmed-PDU"u8);
        _writer.Start("UnconfirmedService"u8);
        _writer.Start("informationReport"u8);
        _writer.Start("variableAccessSpecification"u8);
        VariableAccessCodec.WriteAccess(_writer, new VariableAccess.Named(list));
        _writer.End("variableAccessSpecification"u8);
        _writer.Start("listOfAccessResult"u8);
    }

    /// <summary>One access result: a success.</summary>
    public void Add(in DataValue value)
    {
        _writer.StartItem("AccessResult"u8);
        _writer.Start("success"u8);
        DataCodec.Write(_writer, value);
        _writer.End("success"u8);
        _writer.EndItem("AccessResult"u8);
    }

    /// <summary>Everything after the last access result.</summary>
    public void End()
    {
        _writer.End("listOfAccessResult"u8);
        _writer.End("informationReport"u8);
        _writer.End("UnconfirmedService"u8);
        _writer.End("unconfirmed-PDU"u8);
        _writer.End("MMSpdu"u8);
    }
}
