using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>A file store in a folder that is gone afterwards.</summary>
internal sealed class FileFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-files.").FullName;

    public FileFolder(FolderOptions? options = null)
    {
        Store = FolderStore.Open(_folder, options ?? new());
        Store.Provide(["COMTRADE", "LD/PV1LD0"]);
    }

    public FolderStore Store { get; }

    public string Root => Store.Root;

    /// <summary>Files that are being made.</summary>
    public string[] Drafts => Directory.GetFiles(Store.Root + ".new");

    /// <summary>Puts a file there, as somebody with a shell would.</summary>
    public void Put(string name, byte[] octets)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, octets);
    }

    public byte[]? Get(string name) => File.Exists(Path.Combine(Root, name)) ? File.ReadAllBytes(Path.Combine(Root, name)) : null;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
