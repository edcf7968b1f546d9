using DerAgent.Mms;

namespace DerAgent.Client;

/// <summary>A file that the server may read from us while it obtains it: the client is a file server for that long (ISO 9506-2 annex D).</summary>
/// <param name="name">What the server calls it.</param>
/// <param name="content">Its octets; it can be positioned.</param>
/// <param name="progress">Told how many octets the server has read.</param>
internal sealed class FileOffer(string name, Stream content, Action<long> progress)
{
    /// <summary>More than a PDU takes without its part of a file.</summary>
    public const int Envelope = 512;

    private const int Frsm = 1;
    private bool _isOpen;

    /// <summary>Whether the server has it open.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>The answer to a request of the server.</summary>
    /// <param name="request">The request.</param>
    /// <param name="part">Octets of a part.</param>
    public MmsPdu Answer(ConfirmedRequest request, int part)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return Answer(request.Service, part) switch
            {
                { } response => new ConfirmedResponse(request.InvokeId, response),
                null => new ConfirmedError(request.InvokeId, new(ErrorClass.File, ErrorCode.FileNonExistent, "it is not offered, or not open")),
            };
        }
        catch (IOException e)
        {
            return new ConfirmedError(request.InvokeId, new(ErrorClass.File, ErrorCode.FileOther, e.Message));
        }
    }

    private ServiceResponse? Answer(ServiceRequest request, int part)
    {
        switch (request)
        {
            case FileOpenRequest open when open.Name == name && open.InitialPosition <= content.Length:
                content.Position = open.InitialPosition;
                _isOpen = true;
                return new FileOpenResponse(Frsm, new((uint)content.Length, null));
            case FileReadRequest { Frsm: Frsm } when _isOpen:
                var data = new byte[Math.Min(part, content.Length - content.Position)];
                content.ReadExactly(data);
                progress(content.Position);
                return new FileReadResponse(OctetString.Of(data), content.Position < content.Length);
            case FileCloseRequest { Frsm: Frsm } when _isOpen:
                _isOpen = false;
                return new FileCloseResponse();
            default:
                return null;
        }
    }
}
