namespace DerAgent.Xmpp.Tests;

/// <summary>Whatever a server sends, damaged or hostile: a session may end, nothing else does.</summary>
public sealed class StreamFuzzTests
{
    private const int Streams = 24_000;

    /// <summary>The ordinary run has the same damages each time; chance is for the million.</summary>
    private const int First = 20_261_126;

    [Fact] // a million of them: tests/bench.sh fuzz
    public void Damaged_streams_end_their_session_at_most()
    {
        var fuzz = new StreamFuzz();
        for (var seed = First; seed < First + Streams; seed++)
        {
            string? wrong;
            try
            {
                wrong = fuzz.Run(seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"StreamFuzz({seed}): {e.GetType().Name}: {e.Message}", e);
            }

            Assert.True(wrong is null, $"StreamFuzz({seed}): {wrong}");
        }

        // The damage is spread: every part of a stream is reached, and none is reached only.
        Assert.All(fuzz.Reached, n => Assert.True(n > Streams / 100, string.Join(", ", fuzz.Reached)));
    }
}
