namespace DerAgent.Scl;

/// <summary>Collects findings for one file.</summary>
internal sealed class SclFindings(string file)
{
    private readonly List<SclFinding> _list = [];

    public IReadOnlyList<SclFinding> List => _list;

    public void Error(string code, SclElement at, string reference, string text, string remedy) => Add(code, SclSeverity.Error, at.Line, at.Column, reference, text, remedy);

    public void Warning(string code, SclElement at, string reference, string text, string remedy) => Add(code, SclSeverity.Warning, at.Line, at.Column, reference, text, remedy);

    public void Add(string code, SclSeverity severity, int line, int column, string reference, string text, string remedy) =>
        _list.Add(new(code, severity, file, line, column, reference, text, remedy));
}
