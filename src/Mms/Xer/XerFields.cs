using System.Text;

namespace DerAgent.Mms;

/// <summary>Reads one component of a SEQUENCE into its place among the others.</summary>
/// <typeparam name="TParts">The components read so far, a tuple.</typeparam>
internal delegate void XerField<TParts>(ref XerReader r, ref TParts parts);

/// <summary>Reads one item of a list, or the content of one element.</summary>
/// <typeparam name="T">What it is.</typeparam>
internal delegate T XerItem<out T>(ref XerReader r);

/// <summary>The components of a SEQUENCE as a table: what is called how, and how it is read. They come in any order; an unknown one is passed over, one that comes twice is an error.</summary>
/// <typeparam name="TParts">The components, a tuple; what does not come keeps the value it has before.</typeparam>
internal sealed class XerFields<TParts>
{
    private readonly (byte[][] Names, XerField<TParts> Read)[] _fields;

    /// <param name="fields">Name, or names parted by a bar, and how it is read.</param>
    public XerFields(params (string Names, XerField<TParts> Read)[] fields) =>
        _fields = [.. fields.Select(f => (f.Names.Split('|').Select(Encoding.ASCII.GetBytes).ToArray(), f.Read))];

    /// <summary>Reads the children of the element being read, and its end tag.</summary>
    /// <param name="r">The reader.</param>
    /// <param name="parts">The components as they are where they do not come.</param>
    public TParts Read(ref XerReader r, TParts parts = default!)
    {
        var seen = 0UL;
        while (r.NextChild())
        {
            var index = IndexOf(r.Name);
            if (index < 0)
            {
                r.Unknown();
                continue;
            }

            if ((seen & (1UL << index)) != 0)
            {
                r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(r.Name)}> comes twice");
                break;
            }

            seen |= 1UL << index;
            _fields[index].Read(ref r, ref parts);
        }

        return parts;
    }

    private int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _fields.Length; i++)
        {
            foreach (var known in _fields[i].Names)
            {
                if (name.SequenceEqual(known))
                {
                    return i;
                }
            }
        }

        return -1;
    }
}

/// <summary>Lists of XER.</summary>
internal static class XerList
{
    /// <summary>Reads every child of the element being read as an item, whatever it is called, and the end tag.</summary>
    public static ValueList<T> Read<T>(ref XerReader r, XerItem<T> item)
    {
        var items = new List<T>();
        while (r.NextChild())
        {
            items.Add(item(ref r));
        }

        return items.ToValueList();
    }
}
