using System.Text;

namespace DerAgent.Mms;

/// <summary>
/// What differs on the wire between the two editions of the mapping. One codec reads and writes both; a difference is a row here.
/// </summary>
internal sealed class MmsDialect
{
    private MmsDialect(string name, string ns, string messageType, string variableAccess, bool wrapsChoiceItems, bool defaultsAreAttributes, bool floatsHaveExponentWidth, bool rejectsAreMessages)
    {
        Name = name;
        Namespace = ns;
        NamespaceUtf8 = Encoding.UTF8.GetBytes(ns);
        MessageType = messageType;
        VariableAccessSpecification = Encoding.UTF8.GetBytes(variableAccess);
        WrapsChoiceItems = wrapsChoiceItems;
        DefaultsAreAttributes = defaultsAreAttributes;
        FloatsHaveExponentWidth = floatsHaveExponentWidth;
        RejectsAreMessages = rejectsAreMessages;
    }

    /// <summary>IEC TR 61850-80-3:2015.</summary>
    public static MmsDialect Tr2015 { get; } = new("Tr2015", "http://www.iec.ch/61850/2015/SCSM_8_2", "chat", "variableAccessSpecificatn", false, false, true, false);

    /// <summary>IEC 61850-8-2:2018.</summary>
    public static MmsDialect Ed2018 { get; } = new("Ed2018", "http://www.iec.ch/61850/2018/SCSM_8_2", "normal", "variableAccessSpecification", true, true, false, true);

    /// <summary>Both, oldest first.</summary>
    public static IReadOnlyList<MmsDialect> All { get; } = [Tr2015, Ed2018];

    /// <summary>Short name.</summary>
    public string Name { get; }

    /// <summary>Namespace of the MMSpdu element.</summary>
    public string Namespace { get; }

    /// <summary>Type of the message stanza that carries an unconfirmed PDU.</summary>
    public string MessageType { get; }

    /// <summary>Whether a rejectPDU goes out as a message, and its iq is closed with an error.</summary>
    public bool RejectsAreMessages { get; }

    internal byte[] NamespaceUtf8 { get; }

    /// <summary>Element name of the specification in read and write.</summary>
    internal byte[] VariableAccessSpecification { get; }

    /// <summary>Whether items of a SEQUENCE OF CHOICE stand in an element named by their type.</summary>
    internal bool WrapsChoiceItems { get; }

    /// <summary>Whether components with a DEFAULT are XML attributes.</summary>
    internal bool DefaultsAreAttributes { get; }

    /// <summary>Whether a floating-point starts with the octet of its exponent width, as in BER.</summary>
    internal bool FloatsHaveExponentWidth { get; }

    /// <summary>The dialect of a namespace, or null.</summary>
    public static MmsDialect? Of(string? ns) => All.FirstOrDefault(d => d.Namespace == ns);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
