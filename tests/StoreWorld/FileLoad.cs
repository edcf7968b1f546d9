using System.Globalization;
using DerAgent.Mms;
using DerAgent.Tests;

namespace DerAgent.StoreWorld;

/// <summary>Sets a file again and again, each time with another number all over it.</summary>
/// <param name="ask">Asks the server, under an id.</param>
/// <param name="print">Prints a line.</param>
internal sealed class FileLoad(Action<string, ServiceRequest> ask, Action<string> print)
{
    private const int Parts = 4;
    private long _value;
    private int _part;

    /// <summary>Begins.</summary>
    public void Begin(long value)
    {
        _value = value;
        print(string.Create(CultureInfo.InvariantCulture, $"FS {value}"));
        Next();
    }

    /// <summary>On the loop: what the server asks of its client.</summary>
    public ServiceResponse Answer(ServiceRequest request)
    {
        switch (request)
        {
            case FileOpenRequest:
                _part = 0;
                return new FileOpenResponse(1, new(NumberedFile.Octets, null));
            case FileReadRequest:
                return new FileReadResponse(OctetString.Of(NumberedFile.Content(_value, NumberedFile.Octets / Parts)), ++_part < Parts);
            default:
                return new FileCloseResponse();
        }
    }

    /// <summary>On the loop: the file is set, or not.</summary>
    public void Answered(MmsPdu answer)
    {
        print(string.Create(CultureInfo.InvariantCulture, $"{(answer is ConfirmedResponse ? "FA" : "FF")} {_value}"));
        if (answer is not ConfirmedResponse)
        {
            _value--;
        }
    }

    /// <summary>The next one.</summary>
    public void Next()
    {
        print(string.Create(CultureInfo.InvariantCulture, $"FT {++_value}"));
        ask("file", new ObtainFileRequest("kill.bin", NumberedFile.Name));
    }
}
