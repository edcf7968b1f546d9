namespace DerAgent.Scl;

/// <summary>Collects findings for one file. A type used a hundred times is found faulty once, with all that use it.</summary>
internal sealed class SclFindings(string file)
{
    /// <summary>Findings beyond which no more are kept: a hostile file must not take all memory.</summary>
    private const int MaxFindings = 200_000;
    private const int MaxAlso = 10_000;
    private readonly List<SclFinding> _list = [];
    private readonly Dictionary<(string Code, int Line, int Column, string Text), int> _known = [];
    private readonly Dictionary<int, List<string>> _also = [];
    private readonly HashSet<(int, int)> _places = [];
    private readonly HashSet<int> _scope = [];
    private bool _isFull;

    public bool HasErrors { get; private set; }

    /// <summary>How often something was said, again or not: what says nothing once says nothing again.</summary>
    public int Said { get; private set; }

    /// <summary>The findings by their place in the file.</summary>
    public IReadOnlyList<SclFinding> Sorted() => [.. _list.Select((f, i) => _also.TryGetValue(i, out var also) ? f with { Also = also } : f).OrderBy(f => f.Line).ThenBy(f => f.Column)];

    /// <summary>How many errors and warnings there are among all that was said since the last time, again or not.</summary>
    public (int Errors, int Warnings) TakeScope()
    {
        var counts = (_scope.Count(i => _list[i].Severity == SclSeverity.Error), _scope.Count(i => _list[i].Severity == SclSeverity.Warning));
        _scope.Clear();
        return counts;
    }

    /// <summary>Whether anything was said of that element.</summary>
    public bool IsReported(SclElement at) => _places.Contains((at.Line, at.Column));

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
        HasErrors |= severity == SclSeverity.Error;
        Said++;
        var key = (code, line, column, text);
        if (_known.TryGetValue(key, out var index))
        {
            _scope.Add(index);
            AddAlso(index, reference);
        }
        else if (_list.Count < MaxFindings)
        {
            _known.Add(key, _list.Count);
            _scope.Add(_list.Count);
            _places.Add((line, column));
            _list.Add(new(code, severity, file, line, column, reference, text, remedy));
        }
        else if (!_isFull)
        {
            _isFull = true;
            _list.Add(new(SclCodes.TooMany, HasErrors ? SclSeverity.Error : SclSeverity.Warning, file, line, column, "", $"There are more than {MaxFindings} findings; the rest is not listed.", "Mend these first."));
        }
    }

    private void AddAlso(int index, string reference)
    {
        if (reference.Length == 0 || reference == _list[index].Reference)
        {
            return;
        }

        if (!_also.TryGetValue(index, out var also))
        {
            _also[index] = also = [];
        }

        if (also.Count < MaxAlso && (also.Count == 0 || also[^1] != reference))
        {
            also.Add(reference);
        }
    }
}
