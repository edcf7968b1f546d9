namespace DerAgent.Xmpp.Tests;

/// <summary>One after the other, by whoever comes first.</summary>
public sealed class SerialQueueTests
{
    [Fact]
    public async Task Whatever_many_threads_bring_is_done_once_one_at_a_time_and_in_the_order_of_each()
    {
        const int threads = 4, each = 20_000;
        var (busy, collisions, emptied) = (0, 0, 0);
        var done = new List<(int Thread, int Number)>();
        var queue = new SerialQueue<(int Thread, int Number)>(
            item =>
            {
                collisions += Interlocked.Exchange(ref busy, 1);
                done.Add(item);
                Volatile.Write(ref busy, 0);
            },
            () => emptied++);
        await Task.WhenAll(Enumerable.Range(0, threads).Select(t => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
            {
                queue.Enqueue((t, i));
                queue.Drain();
            }
        })));
        Assert.Equal((0, threads * each), (collisions, done.Count));
        Assert.InRange(emptied, 1, threads * each);
        Assert.All(Enumerable.Range(0, threads), t => Assert.Equal(Enumerable.Range(0, each), done.Where(d => d.Thread == t).Select(d => d.Number)));
    }

    [Fact] // what is brought from inside is done afterwards, not within
    public void What_is_brought_while_something_is_done_comes_after_it()
    {
        var order = new List<string>();
        SerialQueue<string> queue = null!;
        queue = new(item =>
        {
            order.Add("begin " + item);
            if (item == "a")
            {
                queue.Enqueue("b");
                queue.Drain();
            }

            order.Add("end " + item);
        });
        queue.Enqueue("a");
        queue.Drain();
        Assert.Equal(["begin a", "end a", "begin b", "end b"], order);
    }

    [Fact] // a defect that reaches it leaves it usable
    public void It_goes_on_after_an_exception()
    {
        var done = 0;
        var queue = new SerialQueue<int>(i => done += i == 0 ? throw new InvalidOperationException("a defect") : i);
        queue.Enqueue(0);
        queue.Enqueue(5);
        Assert.Throws<InvalidOperationException>(queue.Drain);
        queue.Drain();
        Assert.Equal(5, done);
    }
}
