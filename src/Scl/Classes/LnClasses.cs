namespace DerAgent.Scl;

/// <summary>What a logical-node class says of a data object.</summary>
public enum DataObjectPresence
{
    /// <summary>The class is not known here.</summary>
    ClassUnknown,
    /// <summary>The data object is not among those known of the class: it is optional, or an extension.</summary>
    Unknown,
    /// <summary>The class has it, and does not demand it.</summary>
    Optional,
    /// <summary>The class demands it.</summary>
    Mandatory,
}

/// <summary>What is known of the logical-node classes of IEC 61850-7-4 and -7-420.</summary>
public static class LnClasses
{
    /// <summary>What a class says of a data object.</summary>
    /// <param name="lnClass">The class, e.g. <c>MMXU</c>.</param>
    /// <param name="dataObject">The data object, number included, e.g. <c>TmChSt1</c>.</param>
    public static DataObjectPresence PresenceOf(string lnClass, string dataObject)
    {
        ArgumentNullException.ThrowIfNull(lnClass);
        ArgumentNullException.ThrowIfNull(dataObject);
        return LnClassTable.Find(lnClass) is null ? DataObjectPresence.ClassUnknown
            : LnClassTable.Find(lnClass, dataObject) is not { } known ? DataObjectPresence.Unknown
            : known.IsMandatory ? DataObjectPresence.Mandatory
            : DataObjectPresence.Optional;
    }
}
