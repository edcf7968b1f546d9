using System.Xml;
using System.Xml.Schema;

namespace DerAgent.Scl;

/// <summary>Validates a file against the XML schema of its edition. Vendors break it in ways that can be served all the same: what it says are warnings.</summary>
internal static class SchemaCheck
{
    private const int MaxFindings = 500;

    /// <summary>Validates; findings carry the place. The folder of the schema that was used, or null after a finding says why there is none.</summary>
    /// <param name="stream">The file from its start.</param>
    /// <param name="folder">Folder with an <c>SCL.xsd</c>, or with one folder for each edition.</param>
    /// <param name="edition">Edition of the file.</param>
    /// <param name="findings">Where findings go.</param>
    public static string? Run(Stream stream, string folder, SclEdition edition, SclFindings findings)
    {
        try
        {
            if (Find(folder, edition) is not { } found)
            {
                findings.Add(
                    SclCodes.BadReference, SclSeverity.Error, 1, 1, "", $"{folder} has no SCL.xsd for edition {edition.Name}, neither in itself nor in a folder {string.Join(" or ", edition.Schemas)}.",
                    "Give --xsd the folder of the schema files of that edition, or one with a folder for each edition.");
                return null;
            }

            if (found.Edition != edition.Name)
            {
                findings.Add(SclCodes.OtherSchema, SclSeverity.Info, 1, 1, "", $"The file is of edition {edition.Name}; it is held against the schema of {found.Edition} in {Path.GetDirectoryName(found.File)}.", "");
            }

            var schemas = new XmlSchemaSet { XmlResolver = new XmlUrlResolver() };
            schemas.Add(SclXml.SclNamespace, found.File);
            schemas.Compile();
            Validate(stream, schemas, findings);
            return Path.GetDirectoryName(found.File);
        }
        catch (Exception e) when (e is XmlSchemaException or XmlException or IOException or UnauthorizedAccessException)
        {
            findings.Add(SclCodes.BadReference, SclSeverity.Error, 1, 1, "", $"The schema in {folder} cannot be used: {e.Message}", "Give --xsd the folder of the schema files as published.");
            return null;
        }
    }

    /// <summary>The best schema of those in folders named by edition, else the one of the folder itself where it is one that can judge the file.</summary>
    private static (string File, string Edition)? Find(string folder, SclEdition edition)
    {
        foreach (var name in edition.Schemas)
        {
            if (Path.Combine(folder, name, "SCL.xsd") is var file && File.Exists(file))
            {
                return (file, name);
            }
        }

        var own = Path.Combine(folder, "SCL.xsd");
        return File.Exists(own) && EditionOf(own) is { } of && edition.Schemas.Contains(of, StringComparer.Ordinal) ? (own, of) : null;
    }

    private static string EditionOf(string file)
    {
        using var reader = XmlReader.Create(file, SclElementReader.Settings());
        reader.MoveToContent();
        return SclEdition.OfSchema(reader.GetAttribute("version") ?? "");
    }

    private static void Validate(Stream stream, XmlSchemaSet schemas, SclFindings findings)
    {
        var settings = SclElementReader.Settings();
        settings.IgnoreWhitespace = false;
        settings.ValidationType = ValidationType.Schema;
        settings.Schemas = schemas;
        settings.ValidationFlags = XmlSchemaValidationFlags.ProcessIdentityConstraints | XmlSchemaValidationFlags.AllowXmlAttributes | XmlSchemaValidationFlags.ReportValidationWarnings;
        var count = 0;
        settings.ValidationEventHandler += (_, e) =>
        {
            if (e.Severity == XmlSeverityType.Error && ++count <= MaxFindings)
            {
                findings.Add(SclCodes.Schema, SclSeverity.Warning, e.Exception.LineNumber, e.Exception.LinePosition, "", $"Against the schema: {Plain(e.Message)}", "Mend it with the tool that wrote the file, if a partner's tool refuses it.");
            }
        };
        try
        {
            using var reader = XmlReader.Create(stream, settings);
            reader.MoveToContent();
            if (reader.NamespaceURI != SclXml.SclNamespace)
            {
                // The library would pass over all of it with warnings.
                var position = (IXmlLineInfo)reader;
                findings.Add(SclCodes.Schema, SclSeverity.Warning, position.LineNumber, position.LinePosition, "", "Against the schema: the root is not an element of SCL, so that the file does not validate.", $"Write <SCL xmlns=\"{SclXml.SclNamespace}\" …>.");
                return;
            }

            while (reader.Read())
            {
            }
        }
        catch (XmlException)
        {
            // Said already, when the file was read.
        }
    }

    private static string Plain(string message) => message.Replace($" in namespace '{SclXml.SclNamespace}'", "", StringComparison.Ordinal).Replace(SclXml.SclNamespace + ":", "", StringComparison.Ordinal);
}
