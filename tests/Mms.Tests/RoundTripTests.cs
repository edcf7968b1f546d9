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
