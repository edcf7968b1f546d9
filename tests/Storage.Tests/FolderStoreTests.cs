using System.Diagnostics;
using System.Text;
using DerAgent.Acsi;

namespace DerAgent.Storage.Tests;

/// <summary>The file store on a disk: nothing leaves its folder, nothing is half, and it does not grow beyond what it may.</summary>
public sealed class FolderStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-files.").FullName;
    private readonly FolderStore _store;
    private readonly FolderSession _session;
    private long _id;

    public FolderStoreTests()
    {
        _store = FolderStore.Open(_folder, new() { MaxOctets = 1_000, MaxFiles = 4 });
        _store.Provide(["COMTRADE"]);
        _session = _store.Begin();
    }

    public void Dispose()
    {
        _session.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_is_made_has_its_name_when_it_is_whole()
    {
        var handle = Create("COMTRADE/new/f.txt", 0);
        Append(handle, "half");
        Assert.False(File.Exists(Path.Combine(_store.Root, "COMTRADE/new/f.txt")));
        Append(handle, " and half");
        Assert.IsType<FileOutcome.Done>(_session.Do(new FileTask.Finish(++_id, handle)));
        Assert.Equal("half and half", Content("COMTRADE/new/f.txt"));
        Assert.Empty(Directory.GetFiles(_store.Root + ".new"));
        Assert.Equal(13, _store.Octets);
    }

    [Fact] // also of one whose agent was killed
    public void What_was_being_made_at_the_end_is_gone()
    {
        Append(Create("f.txt", 0), "half");
        Assert.Single(Directory.GetFiles(_store.Root + ".new"));
        FolderStore.Open(_folder, new());
        Assert.Empty(Directory.GetFiles(_store.Root + ".new"));

        Append(Create("f.txt", 0), "half");
        _session.Dispose();
        Assert.Empty(Directory.GetFiles(_store.Root + ".new"));
        Assert.False(File.Exists(Path.Combine(_store.Root, "f.txt")));
    }

    [Fact]
    public void Links_lead_nowhere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "making links needs a right there");
        var outside = Path.Combine(_folder, "secret.txt");
        File.WriteAllText(outside, "secret");
        File.CreateSymbolicLink(Path.Combine(_store.Root, "link.txt"), outside);
        File.CreateSymbolicLink(Path.Combine(_store.Root, "zero"), "/dev/zero");
        Directory.CreateSymbolicLink(Path.Combine(_store.Root, "up"), _folder);
        foreach (var name in new[] { "link.txt", "zero", "up/secret.txt", "up/files/COMTRADE" })
        {
            Assert.Equal(FileFailure.NonExistent, Failure(new FileTask.Open(++_id, ++_id, name, 0)));
            Assert.Equal(FileFailure.NonExistent, Failure(new FileTask.Delete(++_id, name)));
            Assert.Equal(FileFailure.NonExistent, Failure(new FileTask.List(++_id, name, null, 10)));
            Assert.Equal(FileFailure.AccessDenied, Failure(new FileTask.Create(++_id, ++_id, name, 0)));
        }

        Assert.Equal(FileFailure.NonExistent, Failure(new FileTask.List(++_id, "up", null, 10)));
        Assert.Equal(["COMTRADE/"], Names(""));
        Assert.Equal("secret", File.ReadAllText(outside));
    }

    [Fact] // what waits for ever where it is opened
    public void A_pipe_is_no_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes have no names there");
        using var made = Process.Start("mkfifo", Path.Combine(_store.Root, "pipe"))!;
        made.WaitForExit();
        Assert.Equal(FileFailure.Other, Failure(new FileTask.Open(++_id, ++_id, "pipe", 0)));
    }

    [Fact]
    public void Names_that_are_none_are_refused_here_too()
    {
        foreach (var name in new[] { "../secret.txt", "/etc/passwd", "a/../../secret.txt", "", "CON" })
        {
            Assert.Equal(FileFailure.NonExistent, Failure(new FileTask.Open(++_id, ++_id, name, 0)));
            Assert.Equal(FileFailure.NonExistent, Failure(new FileTask.Delete(++_id, name)));
            if (name.Length > 0)
            {
                Assert.Equal(FileFailure.NameSyntax, Failure(new FileTask.Create(++_id, ++_id, name, 0)));
            }
        }

        File.WriteAllText(Path.Combine(_store.Root, ".hidden"), "x");
        Assert.Equal(["COMTRADE/"], Names(""));
    }

    [Fact] // quota: of files, of those being made, and of those that are gone and still read
    public void It_takes_so_many_octets_and_no_more()
    {
        Put("a.txt", new string('a', 600));
        Assert.Equal(FileFailure.NoSpace, Failure(new FileTask.Create(++_id, ++_id, "b.txt", 500)));
        var first = Create("b.txt", 0);
        Append(first, new string('b', 300));
        Assert.Equal(FileFailure.NoSpace, Failure(new FileTask.Append(++_id, first, new byte[200])));
        Assert.Empty(Directory.GetFiles(_store.Root + ".new"));
        Assert.Equal(600, _store.Octets);

        var reader = ++_id;
        Assert.IsType<FileOutcome.Opened>(_session.Do(new FileTask.Open(++_id, reader, "a.txt", 0)));
        Assert.IsType<FileOutcome.Done>(_session.Do(new FileTask.Delete(++_id, "a.txt")));
        Assert.Equal(600, _store.Octets);
        Assert.Equal(FileFailure.NoSpace, Failure(new FileTask.Create(++_id, ++_id, "b.txt", 500)));
        Assert.Equal(600, Assert.IsType<FileOutcome.Part>(_session.Do(new FileTask.Read(++_id, reader, 5_000))).Data.Length);
        _session.Do(new FileTask.Close(reader));
        Assert.Equal(0, _store.Octets);
        Put("b.txt", new string('b', 1_000));
    }

    [Fact]
    public void It_takes_so_many_files_and_no_more_and_replacing_one_is_none_more()
    {
        foreach (var i in Enumerable.Range(0, 4))
        {
            Put($"{i}.txt", "x");
        }

        Assert.Equal(FileFailure.NoSpace, Failure(new FileTask.Create(++_id, ++_id, "5.txt", 1)));
        Put("0.txt", "yy");
        Assert.Equal(5, _store.Octets);
        _session.Do(new FileTask.Delete(++_id, "0.txt"));
        Put("5.txt", "x");
    }

    [Fact]
    public void Who_reads_a_file_that_is_replaced_reads_the_old_one()
    {
        Put("f.txt", "old");
        var reader = ++_id;
        _session.Do(new FileTask.Open(++_id, reader, "f.txt", 0));
        Put("f.txt", "newer");
        Assert.Equal("old", Encoding.ASCII.GetString(Assert.IsType<FileOutcome.Part>(_session.Do(new FileTask.Read(++_id, reader, 100))).Data));
        Assert.Equal(8, _store.Octets);
        _session.Do(new FileTask.Close(reader));
        Assert.Equal(5, _store.Octets);
    }

    [Fact] // it is read while somebody with a shell makes it shorter
    public void A_file_that_shrinks_ends_where_it_ends()
    {
        Put("f.txt", new string('a', 500));
        var reader = ++_id;
        _session.Do(new FileTask.Open(++_id, reader, "f.txt", 0));
        Assert.True(Assert.IsType<FileOutcome.Part>(_session.Do(new FileTask.Read(++_id, reader, 400))).MoreFollows);
        using (var file = File.OpenWrite(Path.Combine(_store.Root, "f.txt")))
        {
            file.SetLength(100);
        }

        var part = Assert.IsType<FileOutcome.Part>(_session.Do(new FileTask.Read(++_id, reader, 400)));
        Assert.Equal((0, false), (part.Data.Length, part.MoreFollows));
    }

    [Fact] // what is not taken has changed nothing
    public void A_file_that_is_looked_at_and_found_wrong_does_not_take_its_name()
    {
        Put("CONFIG/site.cid", "good");
        _store.Check = (name, path) => name.StartsWith("CONFIG/", StringComparison.Ordinal) && File.ReadAllText(path) != "good" ? "it is not good" : null;
        var handle = Create("CONFIG/site.cid", 3);
        Append(handle, "bad");
        var failed = Assert.IsType<FileOutcome.Failed>(_session.Do(new FileTask.Finish(++_id, handle)));
        Assert.Equal((FileFailure.ContentInvalid, "it is not good"), (failed.Failure, failed.Text));
        Assert.Equal("good", Content("CONFIG/site.cid"));
        Assert.Empty(Directory.GetFiles(_store.Root + ".new"));
        Assert.Equal(4, _store.Octets);
    }

    [Fact] // somebody with a shell was there meanwhile
    public void A_disk_that_does_not_take_it_is_an_error_and_no_end()
    {
        var handle = Create("f.txt", 3);
        Append(handle, "new");
        Directory.CreateDirectory(Path.Combine(_store.Root, "f.txt"));
        Assert.Equal(FileFailure.AccessDenied, Failure(new FileTask.Finish(++_id, handle)));
        Assert.Empty(Directory.GetFiles(_store.Root + ".new"));

        Append(handle = Create("g.txt", 3), "new");
        Directory.Delete(_store.Root + ".new", recursive: true);
        var failed = Assert.IsType<FileOutcome.Failed>(_session.Do(new FileTask.Finish(++_id, handle)));
        Assert.Equal(FileFailure.NonExistent, failed.Failure);
        Assert.DoesNotContain(_folder, failed.Text, StringComparison.Ordinal);
        Put("h.txt", "new");
        Assert.Equal(["COMTRADE/", "f.txt/", "h.txt"], Names(""));
    }

    [Fact] // a medium wears: what is the same is not written again
    public void The_configuration_in_force_is_kept_and_stored_from_there()
    {
        var path = Path.Combine(_folder, "site.cid");
        File.WriteAllText(path, "first");
        _store.KeepConfiguration(path);
        File.SetLastWriteTimeUtc(_store.ConfigurationInForce, DateTime.UnixEpoch);
        _store.KeepConfiguration(path);
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(_store.ConfigurationInForce));
        File.WriteAllText(path, "other");
        Assert.IsType<FileOutcome.Done>(_session.Do(new FileTask.StoreConfiguration(++_id, "backup.cid")));
        Assert.Equal("first", Content("backup.cid"));
        _store.KeepConfiguration(path);
        Assert.IsType<FileOutcome.Done>(_session.Do(new FileTask.StoreConfiguration(++_id, "backup.cid")));
        Assert.Equal("other", Content("backup.cid"));
        Assert.Empty(Directory.GetFiles(_store.Root + ".new"));
    }

    private long Create(string name, long size)
    {
        var handle = ++_id;
        Assert.IsType<FileOutcome.Done>(_session.Do(new FileTask.Create(++_id, handle, name, size)));
        return handle;
    }

    private void Append(long handle, string text) => Assert.IsType<FileOutcome.Done>(_session.Do(new FileTask.Append(++_id, handle, Encoding.ASCII.GetBytes(text))));

    private void Put(string name, string text)
    {
        var handle = Create(name, text.Length);
        Append(handle, text);
        Assert.IsType<FileOutcome.Done>(_session.Do(new FileTask.Finish(++_id, handle)));
    }

    private string Content(string name) => File.ReadAllText(Path.Combine(_store.Root, name));

    private FileFailure Failure(FileTask task) => Assert.IsType<FileOutcome.Failed>(_session.Do(task)).Failure;

    private IEnumerable<string> Names(string folder) => Assert.IsType<FileOutcome.Listed>(_session.Do(new FileTask.List(++_id, folder, null, 100))).Entries.Select(e => e.Name);
}
