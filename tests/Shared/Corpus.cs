namespace DerAgent.Tests;

/// <summary>The public SCL files, schemas and register models that lie beside the checkout, not in it.</summary>
internal static class Corpus
{
    /// <summary>The repository's root folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A path below the corpus; the test is skipped where the corpus is not there.</summary>
    public static string Path(params string[] parts)
    {
        var corpus = System.IO.Path.Combine(Root, "..", "shared", "corpus");
        Assert.SkipUnless(Directory.Exists(corpus), "The corpus (../shared/corpus) is not beside this checkout.");
        return System.IO.Path.Combine([corpus, .. parts]);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Agent.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Agent.sln is not above " + AppContext.BaseDirectory);
    }
}
