using System.Text;
using CsCheck;

namespace DerAgent.Mms.Tests;

/// <summary>What is written in either dialect is read back the same, for every PDU and service.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<string> Pdus() => [.. Generators.Pdus.Keys];

    public static TheoryData<string> Requests() => [.. Generators.Requests.Keys];

    public static TheoryData<string> Responses() => [.. Generators.Responses.Keys];

    [Theory]
    [MemberData(nameof(Pdus))]
    public void Pdu(string kind) => Check(Generators.Pdus[kind]);

    [Theory]
    [MemberData(nameof(Requests))]
    public void Request(string service) => Check(Gen.Select(Gen.UInt, Generators.Requests[service], (i, s) => (MmsPdu)new ConfirmedRequest(i, s)));

    [Theory]
    [MemberData(nameof(Responses))]
    public void Response(string service) => Check(Gen.Select(Gen.UInt, Generators.Responses[service], (i, s) => (MmsPdu)new ConfirmedResponse(i, s)));

    [Fact]
    public void Truncated_anywhere_a_pdu_is_refused_and_nothing_is_thrown()
    {
        var pdu = MmsCodec.ToArray(new ConfirmedRequest(7, new ReadRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("LD", "LLN0$ST$Beh"))]))), MmsDialect.Tr2015);
        for (var length = 0; length < pdu.Length; length++)
        {
            Assert.Null(MmsCodec.Read(pdu.AsSpan(0, length)).Pdu);
        }
    }

    [Fact]
    public void Random_damage_never_throws() =>
        Gen.Select(Gen.Select(Gen.UInt, Gen.OneOf([.. Generators.Requests.Values]), (i, s) => new ConfirmedRequest(i, s)), Gen.Int[0, 100_000], Gen.Byte).Sample(
            (pdu, at, octet) =>
            {
                var xml = MmsCodec.ToArray(pdu, MmsDialect.Ed2018);
                xml[at % xml.Length] = octet;
                var result = MmsCodec.Read(xml);
                return result.Pdu is not null || result.Fault != XerFault.None;
            },
            iter: 5_000);

    [Theory] // a component given twice: invalid-argument, whatever is in it
    [MemberData(nameof(Requests))]
    public void A_component_that_comes_twice_in_a_request_is_refused(string service) =>
        Gen.Select(Gen.UInt, Generators.Requests[service], (i, s) => (MmsPdu)new ConfirmedRequest(i, s)).Sample(EveryComponentOnce, iter: 20);

    [Theory]
    [MemberData(nameof(Responses))]
    public void A_component_that_comes_twice_in_a_response_is_refused(string service) =>
        Gen.Select(Gen.UInt, Generators.Responses[service], (i, s) => (MmsPdu)new ConfirmedResponse(i, s)).Sample(EveryComponentOnce, iter: 20);

    [Theory]
    [MemberData(nameof(Pdus))]
    public void A_component_that_comes_twice_in_a_PDU_is_refused(string kind) => Generators.Pdus[kind].Sample(EveryComponentOnce, iter: 20);

    private static void EveryComponentOnce(MmsPdu pdu)
    {
        // What these hold are items, and as many as there are; a text may hold control characters as elements.
        string[] lists = ["structure", "array", "components", "alternateAccess", "selectAlternateAccess"];
        var xml = System.Xml.Linq.XDocument.Parse(Encoding.UTF8.GetString(MmsCodec.ToArray(pdu, MmsDialect.Ed2018)), System.Xml.Linq.LoadOptions.PreserveWhitespace);
        foreach (var element in xml.Root!.Descendants().Where(e => e.Parent != xml.Root).ToList())
        {
            var parent = element.Parent!.Name.LocalName;
            var isItem = parent.StartsWith("listOf", StringComparison.Ordinal) || lists.Contains(parent) || (pdu is ConfirmedResponse { Service: WriteResponse } && parent == "write")
                || element.Name.LocalName == "GraphicString" || element.Parent.Nodes().OfType<System.Xml.Linq.XText>().Any() || ControlCharacters.Find(Encoding.ASCII.GetBytes(element.Name.LocalName)) >= 0;
            if (isItem)
            {
                continue;
            }

            var twice = new System.Xml.Linq.XElement(element);
            element.AddAfterSelf(twice);
            var result = MmsCodec.Read(Encoding.UTF8.GetBytes(xml.ToString(System.Xml.Linq.SaveOptions.DisableFormatting)), 16);
            Assert.True(result.Fault != XerFault.None, $"<{element.Name.LocalName}> in <{parent}> came twice");
            twice.Remove();
        }
    }

    private static void Check(Gen<MmsPdu> generator) => generator.Sample(
        pdu =>
        {
            foreach (var dialect in MmsDialect.All)
            {
                var xml = MmsCodec.ToArray(pdu, dialect);
                var result = MmsCodec.Read(xml, 16);
                Assert.True(result.Fault == XerFault.None, $"{result.Fault}: {result.Description}\n{Encoding.UTF8.GetString(xml)}");
                Assert.Equal(Encoding.UTF8.GetString(xml), Encoding.UTF8.GetString(MmsCodec.ToArray(result.Pdu!, dialect)));
                // NaN is not equal to itself as a value, and a float is: what was written says it all.
                Assert.Equal(pdu, result.Pdu);
            }
        },
        iter: 300);
}
