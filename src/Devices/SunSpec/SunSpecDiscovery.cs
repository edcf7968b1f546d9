using System.Runtime.CompilerServices;
using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>Where a model of a device stands.</summary>
/// <param name="Address">Address of its id register.</param>
/// <param name="Length">Its registers with id and length, as the device says: what its definition has beyond them is absent.</param>
/// <param name="CurvePoints">How many points its curves have; 0: nobody asked, or it has no curves.</param>
internal readonly record struct SunSpecPlace(int Address, int Length, int CurvePoints = 0)
{
    /// <summary>Where a point of the model stands; null where the device does not have it.</summary>
    public int? Of(PointDefinition point)
    {
        ArgumentNullException.ThrowIfNull(point);
        var offset = point.Address + ((point.Curve?.PerPoint ?? 0) * CurvePoints);
        return offset + point.Length <= Length && (point.Curve is not { } curve || (CurvePoints > 0 && curve.Index <= CurvePoints)) ? Address + offset : null;
    }
}

/// <summary>Finds the SunSpec models of a device (SunSpec Device Information Model Specification §4): probes the bases, walks the chain to its end marker or to the first nonsense.</summary>
internal static class SunSpecDiscovery
{
    private const ushort EndMarker = 0xFFFF;
    private const int MaxModels = 64;

    /// <summary>How long to wait before asking again what the device did not answer properly; after the last one it is taken for an end.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)];

    /// <summary>Reads registers.</summary>
    /// <exception cref="DeviceException">The device refused or did not answer.</exception>
    public delegate Task<ushort[]> RegisterReader(int address, int count, CancellationToken cancel);

    /// <summary>Looks for models, one exchange a step: the line may do other things between them.</summary>
    /// <param name="bases">Where a device may begin.</param>
    /// <param name="read">Reads registers.</param>
    /// <param name="found">Takes the places by model number; the first of a kind counts.</param>
    /// <param name="hasCurves">Of which models somebody needs the points of curves, so that it is asked how many they have.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="DeviceException">There is no SunSpec marker at any base, or nothing answers at all.</exception>
    public static async IAsyncEnumerable<DiscoveryStep> FindAsync(IReadOnlyList<int> bases, RegisterReader read, Dictionary<int, SunSpecPlace> found, Func<int, bool> hasCurves, [EnumeratorCancellation] CancellationToken cancel)
    {
        var ask = new Asking(read);
        var address = -1;
        foreach (var start in bases)
        {
            while (await ask.TryAsync(start, cancel) is { } pause)
            {
                yield return new($"asked again at {start}", pause);
            }

            if (ask.Answer is [0x5375, 0x6E53])
            {
                address = start + 2;
                break;
            }

            yield return new($"no marker at {start}");
        }

        if (address < 0)
        {
            throw new DeviceException(DeviceFailure.Refused, $"no SunSpec marker at {string.Join(", ", bases)}: the device is not a SunSpec device, or SunSpec is switched off in its settings");
        }

        yield return new("marker");
        for (var i = 0; i < MaxModels && address + 2 <= RegisterSpace.Size; i++)
        {
            while (await ask.TryAsync(address, cancel) is { } pause)
            {
                yield return new($"asked again at {address}", pause);
            }

            // A missing end marker shows as a refused address or as a model nobody could have.
            if (ask.Answer is not [var id, var length] || id is EndMarker or 0 || length == 0)
            {
                break;
            }

            var whole = 2 + Lengthen(id, length);
            found.TryAdd(id, new(address, whole));
            address += whole;
            yield return new($"model {id}");
        }

        foreach (var (id, place) in found.Where(f => hasCurves(f.Key)).ToList())
        {
            if (SunSpecModel.Find(id)?.Point(CurvePlace.Count) is not { } count)
            {
                continue;
            }

            while (await ask.TryAsync(place.Address + count.Offset, cancel) is { } pause)
            {
                yield return new($"asked again at {place.Address + count.Offset}", pause);
            }

            found[id] = place with { CurvePoints = ask.Answer is [var points, ..] && points != ushort.MaxValue ? points : 0 };
            yield return new($"curves of model {id}");
        }
    }

    /// <summary>A model known to have a fixed length is believed over its length register only if that is one off: some devices count the header.</summary>
    private static int Lengthen(int id, int length) =>
        SunSpecModel.Find(id) is { HasGroups: false } model && length == model.Length ? model.Length - 2 : length;

    /// <summary>Asks for two registers, and again where the answer says nothing about them.</summary>
    private sealed class Asking(RegisterReader read)
    {
        private int _attempt;
        private bool _hasAnswered;

        /// <summary>What stands there; null: the device does not have it.</summary>
        public ushort[]? Answer { get; private set; }

        /// <summary>One attempt: null where <see cref="Answer"/> is final, else how long to wait before the next one.</summary>
        public async Task<TimeSpan?> TryAsync(int address, CancellationToken cancel)
        {
            try
            {
                Answer = await read(address, 2, cancel);
                (_attempt, _hasAnswered) = (0, true);
                return null;
            }
            catch (DeviceException e) when (e.Failure != DeviceFailure.NoLine)
            {
                Answer = null;

                // Who has not said a word is asked as a whole again, later.
                if (!_hasAnswered && e.Failure == DeviceFailure.Silent)
                {
                    throw;
                }

                _hasAnswered = true;
                if (IsEnd(e) || _attempt >= Pauses.Length)
                {
                    _attempt = 0;
                    return null;
                }

                return Pauses[_attempt++];
            }
        }

        private static bool IsEnd(DeviceException e) => e.InnerException is ModbusException { Code: ModbusExceptionCode.IllegalDataAddress or ModbusExceptionCode.IllegalDataValue };
    }
}
