using CsCheck;

namespace DerAgent.Acsi.Tests;

/// <summary>Names of files (IEC 61850-8-1 §23): no path ever leaves the folder, on no system.</summary>
public sealed class FileNameTests
{
    [Theory]
    [InlineData("f.txt")]
    [InlineData("COMTRADE/f1.cfg")]
    [InlineData("LD/PV1LD0/a b (1), c+d=e;~#@!$%&'[]{}^_`.txt")]
    [InlineData("LD/ALogicalDeviceWithAVeryLongNameThatMmsAllowsBecauseItHas64Octets/x")]
    [InlineData("a/b/c/d/e/f/g/h/i")]
    [InlineData("console.txt")]
    [InlineData("COM10.txt")]
    public void These_are_names(string name) => Assert.Null(FileNames.FaultOf(name));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("../f")]
    [InlineData("a/../../f")]
    [InlineData("a/./f")]
    [InlineData("a//f")]
    [InlineData("a/")]
    [InlineData("./f")]
    [InlineData(".hidden")]
    [InlineData("a\\f")]
    [InlineData("..\\f")]
    [InlineData("C:f")]
    [InlineData("C:/f")]
    [InlineData("f.txt:stream")]
    [InlineData("f\0.txt")]
    [InlineData("f\n.txt")]
    [InlineData("f\u007F")]
    [InlineData("f.")]
    [InlineData("f ")]
    [InlineData(" f")]
    [InlineData("a./f")]
    [InlineData("a /f")]
    [InlineData("CON")]
    [InlineData("con.txt")]
    [InlineData("NUL.tar.gz")]
    [InlineData("aux/f")]
    [InlineData("COM1")]
    [InlineData("lpt9.txt")]
    [InlineData("COM\u00B9")]
    [InlineData("CONIN$")]
    [InlineData("f*")]
    [InlineData("f?")]
    [InlineData("\"f\"")]
    [InlineData("<f>")]
    [InlineData("a|b")]
    [InlineData("\u2025/f")] // two dots in one
    [InlineData("\uFF0E\uFF0E\uFF0Ff")] // wide dots and slash
    [InlineData("a\u2215f")] // a slash that is none
    [InlineData("f\u202Etxt.exe")] // written backwards
    [InlineData("\u00E9")] // é, which can be written in two ways
    [InlineData("a-folder-whose-name-is-of-33-octets/f")]
    [InlineData("a/b/c/d/e/f/g/h/i/j")]
    public void These_are_none(string name) => Assert.NotNull(FileNames.FaultOf(name));

    [Fact]
    public void It_has_255_octets_at_most()
    {
        Assert.Null(FileNames.FaultOf(new string('a', 255)));
        Assert.NotNull(FileNames.FaultOf(new string('a', 256)));
    }

    [Fact] // whatever is a name lies below the folder, by both kinds of systems
    public void Whatever_is_a_name_stays_inside() =>
        Gen.Char["./\\:ab \0CONcon1$\u00E9~"].Array[0, 12].Select(c => new string(c)).Sample(
            name =>
            {
                if (FileNames.FaultOf(name) is null)
                {
                    Assert.StartsWith("/root/", Path.GetFullPath(Path.Combine("/root", name)), StringComparison.Ordinal);
                    Assert.Equal(name.Split('/').Length, name.Split('/', '\\').Length);
                    Assert.DoesNotContain(name.Split('/'), p => p.Length == 0 || p.Trim('.', ' ').Length == 0 || p[^1] is '.' or ' ');
                }
            },
            iter: 100_000);
}
