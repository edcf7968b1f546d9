namespace DerAgent.Scl;

/// <summary>Collects findings for one file. A template used a hundred times is found faulty once, with the first place that uses it.</summary>
internal sealed class SclFindings(string file)
{
    private const int MaxFindings = 5_000;
    private readonly List<SclFinding> _list = [];
    private readonly HashSet<(string Code, int Line, int Column, string Text)> _known = [];

    public bool HasErrors { get; private set; }

    /// <summary>The findings by their place in the file.</summary>
    public IReadOnlyList<SclFinding> Sorted() => [.. _list.OrderBy(f => f.Line).ThenBy(f => f.Column)];

    /// <summary>Whether anything was said of that element.</summary>
    public bool IsReported(SclElement at) => _known.Any(k => k.Line == at.Line && k.Column == at.Column);

    /// <summary>Makes errors of the findings with these codes that stand behind an element: what is left is not worth serving.</summary>
    public void Promote(SclElement from, params ReadOnlySpan<string> codes)
    {
        for (var i = 0; i < _list.Count; i++)
        {
            if (codes.Contains(_list[i].Code) && _list[i].Line >= from.Line)
            {
                _list[i] = _list[i] with { Severity = SclSeverity.Error };
                HasErrors = true;
            }
        }
    }

    public void Error(string code, SclElement at, string reference, string text, string remedy) => Add(code, SclSeverity.Error, at.Line, at.Column, reference, text, remedy);

    public void Warning(string code, SclElement at, string reference, string text, string remedy) => Add(code, SclSeverity.Warning, at.Line, at.Column, reference, text, remedy);

    public void Info(string code, SclElement at, string reference, string text, string remedy) => Add(code, SclSeverity.Info, at.Line, at.Column, reference, text, remedy);

    public void Add(string code, SclSeverity severity, int line, int column, string reference, string text, string remedy)
    {
        if (!_known.Add((code, line, column, text)))
        {
            return;
        }

        HasErrors |= severity == SclSeverity.Error;
        if (_list.Count < MaxFindings || severity == SclSeverity.Error)
        {
            _list.Add(new(code, severity, file, line, column, reference, text, remedy));
        }
        else if (_list.Count == MaxFindings)
        {
            _list.Add(new(SclCodes.TooMany, SclSeverity.Warning, file, line, column, "", $"There are more than {MaxFindings} findings; the rest but errors is not listed.", "Mend these first."));
        }
    }
}
