using DerAgent.Mms;

namespace DerAgent.Acsi;

/// <summary>Octets that parts of an answer take where it is encoded, for services that cut it into pages. How it is encoded is not known here.</summary>
internal interface IPduMeasure
{
    /// <summary>More than a PDU takes without its items.</summary>
    int Envelope { get; }

    /// <summary>Octets of a name in a list of identifiers.</summary>
    int OfIdentifier(string name);

    /// <summary>Octets of an entry in a list of journal entries.</summary>
    int OfEntry(JournalEntry entry);

    /// <summary>Octets of an entry in a list of files.</summary>
    int OfFile(DirectoryEntry entry);

    /// <summary>Octets of a file that take so many octets in a PDU.</summary>
    int OfFileData(int room);
}
