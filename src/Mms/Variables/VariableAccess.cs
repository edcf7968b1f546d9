namespace DerAgent.Mms;

/// <summary>Scope of a name.</summary>
internal enum NameScope
{
    /// <summary>The whole device (vmd-specific).</summary>
    Vmd,
    /// <summary>One domain: a logical device.</summary>
    Domain,
    /// <summary>This association only (aa-specific).</summary>
    Association,
}

/// <summary>Name of an MMS object (ISO 9506-2 §7.3.1).</summary>
/// <param name="Scope">Scope of the name.</param>
/// <param name="Domain">The domain; empty outside domain scope.</param>
/// <param name="Item">The item, e.g. <c>MMXU1$MX$TotW</c>.</param>
internal sealed record ObjectName(NameScope Scope, string Domain, string Item)
{
    /// <summary>A name in a domain.</summary>
    public static ObjectName In(string domain, string item) => new(NameScope.Domain, domain, item);

    /// <summary>A name of the whole device.</summary>
    public static ObjectName Vmd(string item) => new(NameScope.Vmd, "", item);

    /// <summary>A name of this association.</summary>
    public static ObjectName Association(string item) => new(NameScope.Association, "", item);

    /// <summary><c>LD/LN$…</c>, or <c>@name</c>.</summary>
    public override string ToString() => Scope switch { NameScope.Domain => $"{Domain}/{Item}", NameScope.Association => "@" + Item, _ => Item };
}

/// <summary>One step into a variable (ISO 9506-2 §14.2).</summary>
internal abstract record AccessStep
{
    /// <summary>A component of a structure.</summary>
    /// <param name="Name">Its name; holds no <c>$</c>.</param>
    public sealed record Component(string Name) : AccessStep;

    /// <summary>One element of an array.</summary>
    /// <param name="Number">Index from 0.</param>
    public sealed record Index(uint Number) : AccessStep;

    /// <summary>Consecutive elements of an array.</summary>
    /// <param name="Low">First index.</param>
    /// <param name="Count">How many.</param>
    public sealed record IndexRange(uint Low, uint Count) : AccessStep;

    /// <summary>All elements of an array.</summary>
    public sealed record AllElements : AccessStep;
}

/// <summary>A variable, or a part of it.</summary>
/// <param name="Name">Name of the variable.</param>
/// <param name="AlternateAccess">Steps to the part; empty for the whole variable.</param>
internal sealed record VariableSpecification(ObjectName Name, ValueList<AccessStep> AlternateAccess)
{
    /// <summary>A whole variable.</summary>
    public VariableSpecification(ObjectName name)
        : this(name, [])
    {
    }
}

/// <summary>Which variables a service is about (ISO 9506-2 §14.3.3).</summary>
internal abstract record VariableAccess
{
    /// <summary>Variables one by one.</summary>
    /// <param name="Items">The variables.</param>
    public sealed record List(ValueList<VariableSpecification> Items) : VariableAccess;

    /// <summary>A data set.</summary>
    /// <param name="Name">Name of the named variable list.</param>
    public sealed record Named(ObjectName Name) : VariableAccess;
}

/// <summary>A type as GetVariableAccessAttributes gives it (ISO 9506-2 §14.4).</summary>
internal abstract record TypeDescription
{
    /// <summary>An array.</summary>
    /// <param name="Count">Number of elements.</param>
    /// <param name="Element">Type of the elements.</param>
    public sealed record Array(uint Count, TypeDescription Element) : TypeDescription;

    /// <summary>A structure.</summary>
    /// <param name="Components">Its components.</param>
    public sealed record Structure(ValueList<Member> Components) : TypeDescription;

    /// <summary>A primitive.</summary>
    /// <param name="Kind">Which one.</param>
    /// <param name="Size">Width, or length: negative means "up to". Format width for floating-point. 1 for a binary time with date.</param>
    /// <param name="ExponentWidth">Exponent width of floating-point.</param>
    public sealed record Primitive(PrimitiveKind Kind, int Size = 0, int ExponentWidth = 0) : TypeDescription;

    /// <summary>A component of a structure.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Type">Its type.</param>
    public sealed record Member(string Name, TypeDescription Type);
}

/// <summary>Primitive types of MMS.</summary>
internal enum PrimitiveKind
{
    /// <summary>boolean.</summary>
    Boolean,
    /// <summary>bit-string.</summary>
    BitString,
    /// <summary>integer.</summary>
    Integer,
    /// <summary>unsigned.</summary>
    Unsigned,
    /// <summary>floating-point.</summary>
    FloatingPoint,
    /// <summary>octet-string.</summary>
    OctetString,
    /// <summary>visible-string.</summary>
    VisibleString,
    /// <summary>mMSString.</summary>
    MmsString,
    /// <summary>binary-time.</summary>
    BinaryTime,
    /// <summary>utc-time.</summary>
    UtcTime,
}
