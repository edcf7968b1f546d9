using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Mapping.Tests;

/// <summary>Both ends of an association ask and answer alike.</summary>
public sealed class AssociationEndTests
{
    private static readonly InitiateResponse Negotiated = new() { LocalDetailCalled = 9_000, MaxServOutstandingCalling = 2, MaxServOutstandingCalled = 1, DataStructureNestingLevel = 5 };

    [Fact]
    public void Either_end_asks_and_is_answered()
    {
        var (client, server) = (new AssociationEnd("1", MmsDialect.Ed2018).Negotiated(Negotiated, isCalling: true), new AssociationEnd("1", MmsDialect.Ed2018).Negotiated(Negotiated, isCalling: false));
        foreach (var (asking, answering) in new[] { (client, server), (server, client) })
        {
            var asked = asking.Ask(new FileReadRequest(3))!;
            Assert.Equal(IqType.Get, asked.Iq);
            var request = Assert.IsType<ConfirmedRequest>(answering.Read(Envelope(asked.Content)).Pdu);
            Assert.Equal((asked.InvokeId, new FileReadRequest(3)), (request.InvokeId, request.Service));
            var answer = asking.Read(Envelope(answering.Write(new ConfirmedResponse(request.InvokeId, new FileReadResponse(OctetString.From([1, 2]), false))))).Pdu!;
            Assert.Equal(1, asking.Outstanding);
            Assert.True(asking.TakeAnswer(answer));
            Assert.False(asking.TakeAnswer(answer));
            Assert.Equal(0, asking.Outstanding);
        }
    }

    [Fact]
    public void No_more_is_outstanding_than_was_negotiated()
    {
        var end = new AssociationEnd("1", MmsDialect.Tr2015).Negotiated(Negotiated, isCalling: true);
        var first = end.Ask(new IdentifyRequest())!;
        Assert.NotNull(end.Ask(new IdentifyRequest()));
        Assert.Null(end.Ask(new IdentifyRequest()));
        end.Forget(first.InvokeId);
        Assert.NotNull(end.Ask(new IdentifyRequest()));
        Assert.Equal(1, new AssociationEnd("1", MmsDialect.Tr2015).Negotiated(Negotiated, isCalling: false).MaxOutstanding);
    }

    [Fact]
    public void An_answer_larger_than_a_PDU_becomes_the_error_that_says_so()
    {
        var end = new AssociationEnd("1", MmsDialect.Tr2015).Negotiated(Negotiated, isCalling: false);
        var values = Enumerable.Repeat((AccessResult)DataValue.VisibleString(new string('x', 100)), 200).ToValueList();
        var error = Assert.IsType<ConfirmedError>(end.Read(Envelope(end.Write(new ConfirmedResponse(7, new ReadResponse(values))))).Pdu);
        Assert.Equal((7u, ErrorClass.Service, ErrorCode.ServicePduSize), (error.InvokeId, error.Error.Class, error.Error.Code));
    }

    [Fact]
    public void Every_service_has_one_row_and_its_own_bit()
    {
        Assert.Equal(ServiceTable.Rows.Count, ServiceTable.Rows.Select(r => r.Service).Distinct().Count());
        MmsService[] unconfirmed = [MmsService.InformationReport, MmsService.Conclude, MmsService.Cancel];
        Assert.Equal(Enum.GetValues<MmsService>().Except(unconfirmed).Order(), ServiceTable.Rows.Select(r => r.Service).Order());
        Assert.Equal(IqType.Set, ServiceTable.IqTypeOf(new InitiateRequest()));
        Assert.Equal(IqType.Get, ServiceTable.IqTypeOf(new CancelRequest(1)));
        Assert.Throws<ArgumentException>(() => ServiceTable.IqTypeOf(new ConcludeResponse()));
    }

    private static AssociationEnvelope Envelope(byte[] content) => AssociationEnvelope.Read(new[] { "<iq>"u8.ToArray(), content, "</iq>"u8.ToArray() }.SelectMany(o => o).ToArray(), out _)!;
}
