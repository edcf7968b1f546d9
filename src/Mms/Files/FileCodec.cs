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

    public static FileOpenRequest ReadOpen(ref XerReader r)
    {
        string? name = null;
        uint position = 0;
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("fileName"u8))
            {
                name = ReadName(ref r);
            }
            else if (r.Name.SequenceEqual("initialPosition"u8))
            {
                position = r.Unsigned32();
            }
            else
            {
                r.Unknown();
            }
        }

        return new(Required(ref r, name), position);
    }

    public static void Write(XerWriter w, FileOpenResponse response)
    {
        w.Start("fileOpen"u8);
        w.Number("frsmID"u8, response.Frsm);
        WriteAttributes(w, response.Attributes);
        w.End("fileOpen"u8);
    }

    public static FileOpenResponse ReadOpened(ref XerReader r)
    {
        var frsm = 0;
        var attributes = new FileAttributes(0, null);
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("frsmID"u8))
            {
                frsm = r.Integer32();
            }
            else if (r.Name.SequenceEqual("fileAttributes"u8))
            {
                attributes = ReadAttributes(ref r);
            }
            else
            {
                r.Unknown();
            }
        }

        return new(frsm, attributes);
    }

    public static void Write(XerWriter w, FileReadResponse response)
    {
        w.StartWithDefault("fileRead"u8, "moreFollows"u8, XerWriter.Word(response.MoreFollows));
        w.Octets("fileData"u8, response.Data);
        w.Default("moreFollows"u8, XerWriter.Word(response.MoreFollows));
        w.End("fileRead"u8);
    }

    public static FileReadResponse ReadPart(ref XerReader r)
    {
        // moreFollows has the default TRUE.
        var more = r.BooleanAttribute("moreFollows"u8) ?? true;
        var data = default(OctetString);
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("fileData"u8))
            {
                data = r.Hex();
            }
            else if (r.Name.SequenceEqual("moreFollows"u8))
            {
                more = r.Boolean();
            }
            else
            {
                r.Unknown();
            }
        }

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

    public static FileDirectoryRequest ReadDirectoryRequest(ref XerReader r)
    {
        string? name = null, after = null;
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("fileSpecification"u8))
            {
                name = ReadName(ref r);
            }
            else if (r.Name.SequenceEqual("continueAfter"u8))
            {
                after = ReadName(ref r);
            }
            else
            {
                r.Unknown();
            }
        }

        return new(name, after);
    }

    public static void Write(XerWriter w, FileDirectoryResponse response)
    {
        w.StartWithDefault("fileDirectory"u8, "moreFollows"u8, XerWriter.Word(response.MoreFollows));
        w.Start("listOfDirectoryEntry"u8);
        foreach (var entry in response.Entries)
        {
            w.Start("DirectoryEntry"u8);
            WriteName(w, "fileName"u8, entry.Name);
            WriteAttributes(w, entry.Attributes);
            w.End("DirectoryEntry"u8);
        }

        w.End("listOfDirectoryEntry"u8);
        w.Default("moreFollows"u8, XerWriter.Word(response.MoreFollows));
        w.End("fileDirectory"u8);
    }

    public static FileDirectoryResponse ReadDirectory(ref XerReader r)
    {
        // moreFollows has the default FALSE.
        var more = r.BooleanAttribute("moreFollows"u8) ?? false;
        var entries = new List<DirectoryEntry>();
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("listOfDirectoryEntry"u8))
            {
                while (r.NextChild())
                {
                    entries.Add(ReadEntry(ref r));
                }
            }
            else if (r.Name.SequenceEqual("moreFollows"u8))
            {
                more = r.Boolean();
            }
            else
            {
                r.Unknown();
            }
        }

        return new(entries.ToValueList(), more);
    }

    public static void Write(XerWriter w, ObtainFileRequest request)
    {
        w.Start("obtainFile"u8);
        WriteName(w, "sourceFile"u8, request.Source);
        WriteName(w, "destinationFile"u8, request.Destination);
        w.End("obtainFile"u8);
    }

    public static ObtainFileRequest ReadObtain(ref XerReader r)
    {
        string? source = null, destination = null;
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("sourceFile"u8))
            {
                source = ReadName(ref r);
            }
            else if (r.Name.SequenceEqual("destinationFile"u8))
            {
                destination = ReadName(ref r);
            }
            else
            {
                r.Unknown();
            }
        }

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

    private static string Required(ref XerReader r, string? name)
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

    private static FileAttributes ReadAttributes(ref XerReader r)
    {
        uint size = 0;
        DateTimeOffset? time = null;
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("sizeOfFile"u8))
            {
                size = r.Unsigned32();
            }
            else if (r.Name.SequenceEqual("lastModified"u8))
            {
                // A time nobody can read is no reason to refuse a file.
                time = DateTimeOffset.TryParseExact(r.Text(), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read) ? read : null;
            }
            else
            {
                r.Unknown();
            }
        }

        return new(size, time);
    }

    private static DirectoryEntry ReadEntry(ref XerReader r)
    {
        var name = "";
        var attributes = new FileAttributes(0, null);
        while (r.NextChild())
        {
            if (r.Name.SequenceEqual("fileName"u8))
            {
                name = ReadName(ref r);
            }
            else if (r.Name.SequenceEqual("fileAttributes"u8))
            {
                attributes = ReadAttributes(ref r);
            }
            else
            {
                r.Unknown();
            }
        }

        return new(name, attributes);
    }
}
