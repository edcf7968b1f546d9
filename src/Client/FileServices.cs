using System.Runtime.CompilerServices;
using DerAgent.Mms;

namespace DerAgent.Client;

/// <summary>Files (IEC 61850-7-2 §23).</summary>
internal static class FileServices
{
    /// <summary>How long the server may be silent while it obtains a file.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>GetServerDirectory(FILE), GetFileAttributeValues: what is in a folder, or the one file.</summary>
    /// <exception cref="AcsiException">There is none of that name for us.</exception>
    public static async IAsyncEnumerable<DirectoryEntry> GetFilesAsync(this AcsiClient client, string? name, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        var request = new FileDirectoryRequest(name);
        while (true)
        {
            var page = await client.RequestAsync<FileDirectoryResponse>(request, cancel);
            foreach (var entry in page.Entries)
            {
                yield return entry;
            }

            if (!page.MoreFollows || page.Entries.Count == 0)
            {
                yield break;
            }

            request = request with { ContinueAfter = page.Entries[^1].Name };
        }
    }

    /// <summary>GetFile.</summary>
    /// <param name="client">The client.</param>
    /// <param name="name">The file.</param>
    /// <param name="destination">Takes its octets.</param>
    /// <param name="progress">Told how many octets have come, and how many there are.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="AcsiException">There is no such file for us.</exception>
    public static async Task GetFileAsync(this AcsiClient client, string name, Stream destination, Action<long, long> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(progress);
        var opened = await client.RequestAsync<FileOpenResponse>(new FileOpenRequest(name, 0), cancel);
        try
        {
            var more = true;
            for (var received = 0L; more;)
            {
                var part = await client.RequestAsync<FileReadResponse>(new FileReadRequest(opened.Frsm), cancel);
                await destination.WriteAsync(part.Data.ToArray(), cancel);
                received += part.Data.Span.Length;
                progress(received, opened.Attributes.Size);
                more = part.MoreFollows;
            }
        }
        finally
        {
            await client.RequestAsync<FileCloseResponse>(new FileCloseRequest(opened.Frsm), cancel);
        }
    }

    /// <summary>SetFile: the server reads the file from us.</summary>
    /// <param name="client">The client.</param>
    /// <param name="source">What the server calls our file.</param>
    /// <param name="content">Its octets.</param>
    /// <param name="destination">The name it gets.</param>
    /// <param name="progress">Told how many octets the server has read.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="AcsiException">The server does not take it, or is silent.</exception>
    public static async Task SetFileAsync(this AcsiClient client, string source, Stream content, string destination, Action<long> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        silence.CancelAfter(Patience);
        client.Offer = new(source, content, read =>
        {
            silence.CancelAfter(Patience);
            progress(read);
        });
        try
        {
            await client.RequestAsync<ObtainFileResponse>(new ObtainFileRequest(source, destination), TimeSpan.FromDays(1), silence.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new AcsiException("the agent stopped reading the file, and said nothing");
        }
        finally
        {
            client.Offer = null;
        }
    }

    /// <summary>StoreDomainContents: the agent's SCL file in force becomes a file of its own.</summary>
    /// <exception cref="AcsiException">It is not stored.</exception>
    public static Task StoreConfigurationAsync(this AcsiClient client, string logicalDevice, string name, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.RequestAsync<StoreDomainContentsResponse>(new StoreDomainContentsRequest(logicalDevice, name), cancel);
    }

    /// <summary>DeleteFile.</summary>
    /// <exception cref="AcsiException">It is not deleted.</exception>
    public static Task DeleteFileAsync(this AcsiClient client, string name, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.RequestAsync<FileDeleteResponse>(new FileDeleteRequest(name), cancel);
    }
}
