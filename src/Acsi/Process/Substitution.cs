using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What takes the place of what the source says, for one data object: a substitute for its value and quality, or that it is blocked (acsi-semantics §8).</summary>
internal sealed class Substitution
{
    private static readonly string[] ValueNames = ["stVal", "valWTr", "mxVal", "mag", "cVal", "actVal", "frVal", "general", "dirGeneral", "phsA", "phsB", "phsC", "neut"];
    private static readonly (string Substitute, string[] Values)[] Pairs = [("subVal", ["stVal", "valWTr", "mxVal"]), ("subMag", ["mag", "instMag"]), ("subCVal", ["cVal", "instCVal"])];
    private readonly DataNode? _subEna;
    private readonly DataNode? _subQ;
    private readonly DataNode? _blkEna;

    private Substitution(DataObject dataObject, DataNode shown)
    {
        DataObject = dataObject;
        (_subEna, _subQ, _blkEna) = (Flag("subEna"), dataObject.Attribute("subQ"), Flag("blkEna"));
        Quality = shown.Child("q");
        Time = shown.Child("t");
        Values = [.. shown.Children.Where(c => ValueNames.Contains(c.Name)).SelectMany(c => c.Leaves())];
        Substitutes =
        [
            .. from pair in Pairs
               let substitute = dataObject.Attribute(pair.Substitute)
               where substitute is not null
               from name in pair.Values
               let value = shown.Child(name)
               where value is not null && value.SlotCount == substitute.SlotCount
               from leaf in substitute.Leaves().Zip(value.Leaves())
               where leaf.First.Type.Basic == leaf.Second.Type.Basic
               select (leaf.First, leaf.Second),
        ];

        DataNode? Flag(string name) => dataObject.Attribute(name) is { IsLeaf: true, Type.Basic: BasicType.Boolean } flag ? flag : null;
    }

    /// <summary>The object.</summary>
    public DataObject DataObject { get; }

    /// <summary>Its quality, or null.</summary>
    public DataNode? Quality { get; }

    /// <summary>Its time, or null.</summary>
    public DataNode? Time { get; }

    /// <summary>The leaves that a source feeds.</summary>
    public IReadOnlyList<DataNode> Values { get; }

    /// <summary>Leaves of the substitute, and where each is shown.</summary>
    public IReadOnlyList<(DataNode Substitute, DataNode Value)> Substitutes { get; }

    /// <summary>What may take the place of what the source of an object says; null where nothing may.</summary>
    public static Substitution? Of(DataObject? dataObject)
    {
        var shown = dataObject?.Node(FunctionalConstraint.ST) ?? dataObject?.Node(FunctionalConstraint.MX);
        return shown is null || shown.IsArray || (dataObject!.Attribute("subEna") ?? dataObject.Attribute("blkEna")) is null ? null : new(dataObject, shown);
    }

    /// <summary>Whether the substitute is shown.</summary>
    public bool IsSubstituted(ValueStore values) => _subEna is not null && values[_subEna.FirstSlot].AsBoolean();

    /// <summary>Whether the value is blocked, and no substitute is shown.</summary>
    public bool IsBlocked(ValueStore values) => !IsSubstituted(values) && _blkEna is not null && values[_blkEna.FirstSlot].AsBoolean();

    /// <summary>The quality of the substitute: what the client said of it, good where he said nothing.</summary>
    public Quality SubstituteQuality(ValueStore values) =>
        (_subQ is { IsLeaf: true } && values.IsKnown(_subQ.FirstSlot) ? Model.Quality.FromValue(values[_subQ.FirstSlot]) : Model.Quality.Good).With(QualityDetail.Substituted);

    /// <summary>The quality of a value that is blocked.</summary>
    public static Quality Blocked(Quality source) => source.Worse(new(Validity.Questionable, QualityDetail.OldData | QualityDetail.OperatorBlocked));
}
