namespace DerAgent.Xmpp.Tests;

/// <summary>Texts of people, held against what servers make of them (RFC 7622, RFC 8265).</summary>
public sealed class PreparedTextTests
{
    [Theory]
    [InlineData("pv1@dso.example/IEC", null)]
    [InlineData("müller@größe.example/Büro", null)]
    [InlineData("pv1@dso.example/IEC Ä", null)]
    [InlineData("Pv1@dso.example", "pv1@dso.example")]
    [InlineData("pv1@dso.example.", "pv1@dso.example")]
    [InlineData("Äpfel@dso.example", "U+00C4")]
    [InlineData("a\u0301@dso.example", "U+0301")]
    [InlineData("a@dso.example/\u2460", "U+2460")]
    [InlineData("\uFF41@dso.example", "U+FF41")]
    [InlineData("a@\uFFFDdso.example", "U+FFFD")]
    [InlineData("\U0001D4D0@dso.example", "U+1D4D0")]
    public void An_address_is_as_a_server_writes_it_or_the_character_is_named(string text, string? named)
    {
        var fault = PreparedText.FaultOfJid(text);
        Assert.Equal(named is null, fault is null);
        Assert.Contains(named ?? "", fault ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Pass word", null)]
    [InlineData("GRÖSSE", null)]
    [InlineData("n\u0303", "U+0303")]
    [InlineData("\u00A0", "U+00A0")]
    public void A_password_keeps_its_case(string text, string? named)
    {
        var fault = PreparedText.FaultOfPassword(text);
        Assert.Equal(named is null, fault is null);
        Assert.Contains(named ?? "", fault ?? "", StringComparison.Ordinal);
    }

    [Fact] // RFC 7622 §3.1: 1023 octets, not characters
    public void A_part_of_an_address_is_bounded_in_octets()
    {
        Assert.True(Jid.TryParse($"{new string('a', 1023)}@b", out _));
        Assert.False(Jid.TryParse($"{new string('a', 1024)}@b", out _));
        Assert.True(Jid.TryParse($"{new string('ä', 511)}@b", out _));
        Assert.False(Jid.TryParse($"{new string('ä', 512)}@b", out _));
    }
}
