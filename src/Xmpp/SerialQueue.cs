using System.Collections.Concurrent;

namespace DerAgent.Xmpp;

/// <summary>
/// Things that are done one after the other, by whichever thread brings one while nobody is at it: nothing waits for another thread, and nothing is done twice at once.
/// Who brings something while another is at it leaves it to that one.
/// </summary>
/// <typeparam name="T">What is done.</typeparam>
/// <param name="take">Does one; it throws nothing.</param>
/// <param name="emptied">Called when there is nothing left, before another may be at it.</param>
internal sealed class SerialQueue<T>(Action<T> take, Action? emptied = null)
{
    private readonly ConcurrentQueue<T> _waiting = new();
    private int _isBusy;

    /// <summary>Adds something; it is done by <see cref="Drain"/>.</summary>
    public void Enqueue(T item) => _waiting.Enqueue(item);

    /// <summary>Does what waits, unless somebody is at it.</summary>
    public void Drain()
    {
        // Looked at again after leaving: what came in between would be left by everybody.
        while (!_waiting.IsEmpty && Interlocked.CompareExchange(ref _isBusy, 1, 0) == 0)
        {
            try
            {
                while (_waiting.TryDequeue(out var item))
                {
                    take(item);
                }

                emptied?.Invoke();
            }
            finally
            {
                Volatile.Write(ref _isBusy, 0);
            }
        }
    }
}
