using System.Globalization;

namespace DerAgent.Mms;

/// <summary>The file services (ISO 9506-2 annex D).</summary>
internal static class FileCodec
{
    private const int PartLength = 64;
    private static readonly string[] TimeFormats = ["yyyyMMddHHmmss'Z'", "yyyyMMddHHmmss.f'Z'", "yyyyMMddHHmmss.ff'Z'", "yyyyMMddHHmmss.fff'Z'", "yyyyMMdd'T'HHmmss'Z'", "yyyyMMddHHmmss"];

    public static void Write(XerWriter w, FileOpenRequest request)
    {
        w.Start("fileOpen"u8);
        WriteName(w, "fileName"u8, request.Name);
        w.Number("initialPosition"u8, request.InitialPosition);
        w.End("fileOpen"u8);
    }

    private static readonly XerFields<(string? Name, uint Position)> OpenFields = new(
        ("fileName", static (ref r, ref p) => p.Name = ReadName(ref r)),
        ("initialPosition", static (ref r, ref p) => p.Position = r.Unsigned32()));

    public static FileOpenRequest ReadOpen(ref XerReader r)
    {
        var (name, position) = OpenFields.Read(ref r);
        return new(Required(ref r, name), position);
    }

    public static void Write(XerWriter w, FileOpenResponse response)
    {
        w.Start("fileOpen"u8);
        w.Number("frsmID"u8, response.Frsm);
        WriteAttributes(w, response.Attributes);
        w.End("fileOpen"u8);
    }

    private static readonly XerFields<(int Frsm, FileAttributes Attributes)> OpenedFields = new(
        ("frsmID", static (ref r, ref p) => p.Frsm = r.Integer32()),
        ("fileAttributes", static (ref r, ref p) => p.Attributes = ReadAttributes(ref r)));

    public static FileOpenResponse ReadOpened(ref XerReader r)
    {
        var (frsm, attributes) = OpenedFields.Read(ref r, (0, new FileAttributes(0, null)));
        return new(frsm, attributes);
    }

    public static void Write(XerWriter w, FileReadResponse response)
    {
        w.StartWithDefault("fileRead"u8, "moreFollows"u8, XerWriter.Word(response.MoreFollows));
        w.Octets("fileData"u8, response.Data);
        w.Default("moreFollows"u8, XerWriter.Word(response.MoreFollows));
        w.End("fileRead"u8);
    }

    private static readonly XerFields<(OctetString Data, bool More)> PartFields = new(
        ("fileData", static (ref r, ref p) => p.Data = r.Hex()),
        ("moreFollows", static (ref r, ref p) => p.More = r.Boolean()));

    public static FileReadResponse ReadPart(ref XerReader r)
    {
        // moreFollows has the default TRUE.
        var (data, more) = PartFields.Read(ref r, (default, r.BooleanAttribute("moreFollows"u8) ?? true));
        return new(data, more);
    }

    public static void Write(XerWriter w, FileDirectoryRequest request)
    {
        w.Start("fileDirectory"u8);
        if (request.Name is not null)
        {
            WriteName(w, "fileSpecification"u8, request.Name);
        }

        if (request.ContinueAfter is not null)
        {
            WriteName(w, "continueAfter"u8, request.ContinueAfter);
        }

        w.End("fileDirectory"u8);
    }

    private static readonly XerFields<(string? Name, string? After)> DirectoryRequestFields = new(
        ("fileSpecification", static (ref r, ref p) => p.Name = ReadName(ref r)),
        ("continueAfter", static (ref r, ref p) => p.After = ReadName(ref r)));

    public static FileDirectoryRequest ReadDirectoryRequest(ref XerReader r)
    {
        var (name, after) = DirectoryRequestFields.Read(ref r);
        return new(name, after);
    }

    public static void Write(XerWriter w, FileDirectoryResponse response)
    {
        w.StartWithDefault("fileDirectory"u8, "moreFollows"u8, XerWriter.Word(response.MoreFollows));
        w.Start("listOfDirectoryEntry"u8);
        foreach (var entry in response.Entries)
        {
            Write(w, entry);
        }

        w.End("listOfDirectoryEntry"u8);
        w.Default("moreFollows"u8, XerWriter.Word(response.MoreFollows));
        w.End("fileDirectory"u8);
    }

    /// <summary>One entry of a directory.</summary>
    public static void Write(XerWriter w, DirectoryEntry entry)
    {
        w.Start("DirectoryEntry"u8);
        WriteName(w, "fileName"u8, entry.Name);
        WriteAttributes(w, entry.Attributes);
        w.End("DirectoryEntry"u8);
    }

    private static readonly XerFields<(ValueList<DirectoryEntry> Entries, bool More)> DirectoryFields = new(
        ("listOfDirectoryEntry", static (ref r, ref p) => p.Entries = XerList.Read(ref r, ReadEntry)),
        ("moreFollows", static (ref r, ref p) => p.More = r.Boolean()));

    public static FileDirectoryResponse ReadDirectory(ref XerReader r)
    {
        // moreFollows has the default FALSE.
        var (entries, more) = DirectoryFields.Read(ref r, ([], r.BooleanAttribute("moreFollows"u8) ?? false));
        return new(entries, more);
    }

    public static void Write(XerWriter w, ObtainFileRequest request)
    {
        w.Start("obtainFile"u8);
        WriteName(w, "sourceFile"u8, request.Source);
        WriteName(w, "destinationFile"u8, request.Destination);
        w.End("obtainFile"u8);
    }

    private static readonly XerFields<(string? Source, string? Destination)> ObtainFields = new(
        ("sourceFile", static (ref r, ref p) => p.Source = ReadName(ref r)),
        ("destinationFile", static (ref r, ref p) => p.Destination = ReadName(ref r)));

    public static ObtainFileRequest ReadObtain(ref XerReader r)
    {
        var (source, destination) = ObtainFields.Read(ref r);
        return new(Required(ref r, source), Required(ref r, destination));
    }

    public static void WriteName(XerWriter w, ReadOnlySpan<byte> element, string name)
    {
        w.Start(element);
        for (var start = 0; start < name.Length || start == 0; start += PartLength)
        {
            w.Text("GraphicString"u8, name.Substring(start, Math.Min(PartLength, name.Length - start)));
        }

        w.End(element);
    }

    /// <summary>Reads the parts of a file name inside the element being read, and its end tag.</summary>
    public static string ReadName(ref XerReader r) => string.Concat(DirectoryCodec.ReadTexts(ref r));

    /// <summary>The name, which must have come.</summary>
    public static string Required(ref XerReader r, string? name)
    {
        if (name is null)
        {
            r.Fail(XerFault.InvalidArgument, "a file service without file name");
        }

        return name ?? "";
    }

    private static void WriteAttributes(XerWriter w, FileAttributes attributes)
    {
        w.Start("fileAttributes"u8);
        w.Number("sizeOfFile"u8, attributes.Size);
        if (attributes.LastModified is { } time)
        {
            w.Text("lastModified"u8, time.UtcDateTime.ToString("yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture));
        }

        w.End("fileAttributes"u8);
    }

    private static readonly XerFields<(uint Size, DateTimeOffset? Time)> AttributesFields = new(
        ("sizeOfFile", static (ref r, ref p) => p.Size = r.Unsigned32()),
        // A time nobody can read is no reason to refuse a file.
        ("lastModified", static (ref r, ref p) => p.Time = DateTimeOffset.TryParseExact(r.Text(), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read) ? read : null));

    private static FileAttributes ReadAttributes(ref XerReader r)
    {
        var (size, time) = AttributesFields.Read(ref r);
        return new(size, time);
    }

    private static readonly XerFields<(string Name, FileAttributes Attributes)> EntryFields = new(
        ("fileName", static (ref r, ref p) => p.Name = ReadName(ref r)),
        ("fileAttributes", static (ref r, ref p) => p.Attributes = ReadAttributes(ref r)));

    private static DirectoryEntry ReadEntry(ref XerReader r)
    {
        var (name, attributes) = EntryFields.Read(ref r, ("", new FileAttributes(0, null)));
        return new(name, attributes);
    }
}
