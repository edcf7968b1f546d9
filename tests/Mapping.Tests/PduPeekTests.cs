using System.Text;

namespace DerAgent.Mapping.Tests;

/// <summary>What is seen of a PDU without decoding it.</summary>
public sealed class PduPeekTests
{
    [Theory]
    [InlineData("<confirmed-RequestPDU><invokeID> 13 </invokeID><x/></confirmed-RequestPDU>", true, false, 13u)]
    [InlineData("<Confirmed-RequestPDU><invokeID>4294967295</invokeID>", true, false, 4294967295u)]
    [InlineData("<confirmed-RequestPDU><invokeID>-1</invokeID></confirmed-RequestPDU>", true, false, null)]
    [InlineData("<confirmed-RequestPDU><other>1</other></confirmed-RequestPDU>", true, false, null)]
    [InlineData("<confirmed-RequestPDU/>", true, false, null)]
    [InlineData("<initiate-RequestPDU><localDetailCalling>65000</localDetailCalling></initiate-RequestPDU>", false, true, null)]
    [InlineData("<conclude-RequestPDU/>", false, false, null)]
    [InlineData("", false, false, null)]
    [InlineData("text", false, false, null)]
    public void It_tells_requests_that_are_counted_from_others(string pdu, bool isConfirmed, bool isInitiate, uint? invokeId) =>
        Assert.Equal(new PduPeek(isConfirmed, isInitiate, invokeId), PduPeek.Of(Encoding.UTF8.GetBytes($"<MMSpdu>{pdu}</MMSpdu>")));
}
