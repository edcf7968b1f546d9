using System.Xml;
using System.Xml.Schema;

namespace DerAgent.Scl;

/// <summary>Validates a file against the XML schema of its edition. Vendors break it in ways that can be served all the same: what it says are warnings.</summary>
internal static class SchemaCheck
{
    private const int MaxFindings = 500;

    /// <summary>Validates; findings carry the place.</summary>
    /// <param name="stream">The file from its start.</param>
    /// <param name="folder">Folder with an <c>SCL.xsd</c>, or with one folder for each edition.</param>
    /// <param name="edition">Edition of the file.</param>
    /// <param name="findings">Where findings go.</param>
    public static void Run(Stream stream, string folder, SclEdition edition, SclFindings findings)
    {
        if (Find(folder, edition) is not { } file)
        {
            findings.Add(SclCodes.BadReference, SclSeverity.Error, 1, 1, "", $"{folder} has no SCL.xsd for edition {edition.Name}, neither in itself nor in a folder {string.Join(" or ", edition.SchemaFolders)}.", "Give --xsd the folder of the schema files.");
            return;
        }

        try
        {
            var schemas = new XmlSchemaSet { XmlResolver = new XmlUrlResolver() };
            schemas.Add(SclXml.SclNamespace, file);
            schemas.Compile();
            Validate(stream, schemas, findings);
        }
        catch (Exception e) when (e is XmlSchemaException or IOException or UnauthorizedAccessException)
        {
            findings.Add(SclCodes.BadReference, SclSeverity.Error, 1, 1, "", $"The schema {file} cannot be used: {e.Message}", "Give --xsd the folder of the schema files as published.");
        }
    }

    private static string? Find(string folder, SclEdition edition) =>
        edition.SchemaFolders.Select(f => Path.Combine(folder, f, "SCL.xsd")).Append(Path.Combine(folder, "SCL.xsd")).FirstOrDefault(File.Exists);

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
