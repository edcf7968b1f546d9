namespace DerAgent.Devices;

/// <summary>Where a device is: <c>modbus-tcp://host:port?unit=1</c>.</summary>
/// <param name="Host">Host name or address.</param>
/// <param name="Port">Port.</param>
/// <param name="Unit">Unit id; null: as the profile says.</param>
internal sealed record DeviceUrl(string Host, int Port, byte? Unit)
{
    /// <summary>Devices of one endpoint share one connection.</summary>
    public string Endpoint => $"{Host}:{Port}";

    /// <summary>Reads a URL; null with a sentence where it is none that this version serves.</summary>
    public static DeviceUrl? Parse(string text, out string fault)
    {
        fault = "";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            fault = $"\"{text}\" is no device URL; write modbus-tcp://host:port?unit=1.";
            return null;
        }

        if (uri.Scheme != "modbus-tcp")
        {
            fault = $"\"{uri.Scheme}:\" is not served by this version; write modbus-tcp://host:port?unit=1.";
            return null;
        }

        byte? unit = null;
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=');
            if (parts is ["unit", var number] && byte.TryParse(number, out var id) && id <= 247)
            {
                unit = id;
            }
            else
            {
                fault = $"\"{pair}\" in \"{text}\" is not understood; known is unit=0..247.";
                return null;
            }
        }

        return new(uri.Host.Trim('[', ']'), uri.Port < 0 ? 502 : uri.Port, unit);
    }
}
