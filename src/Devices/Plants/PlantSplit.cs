namespace DerAgent.Devices;

/// <summary>Splits the limit of a plant among its members. Pure.</summary>
internal static class PlantSplit
{
    /// <summary>The shares of a limit, in W: in proportion to the ratings, none above its rating, and together never more than the limit.</summary>
    /// <param name="limit">The limit in W; what is below 0 is 0.</param>
    /// <param name="parts">What each was built for, and what it can use; both in W.</param>
    public static double[] Of(double limit, IReadOnlyList<(double Rating, double Use)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var shares = new double[parts.Count];
        var rest = Fill(Math.Max(0, limit), shares, parts, static p => Math.Min(p.Use, p.Rating));

        // What nobody can use now is nobody's loss to have: a cloud goes faster than a limit comes.
        Fill(rest, shares, parts, static p => p.Rating);
        return shares;
    }

    /// <summary>Gives to each in proportion until it has its most; gives what is left.</summary>
    private static double Fill(double amount, double[] shares, IReadOnlyList<(double Rating, double Use)> parts, Func<(double Rating, double Use), double> most)
    {
        var open = Enumerable.Range(0, parts.Count).Where(i => parts[i].Rating > 0 && most(parts[i]) > shares[i]).ToList();
        while (open.Count > 0 && amount > 0)
        {
            var each = amount / open.Sum(i => parts[i].Rating);
            var full = open.FindAll(i => most(parts[i]) - shares[i] <= each * parts[i].Rating);
            foreach (var i in full.Count > 0 ? full : open)
            {
                var given = full.Count > 0 ? most(parts[i]) - shares[i] : each * parts[i].Rating;
                shares[i] += given;
                amount -= given;
            }

            if (full.Count == 0)
            {
                return 0;
            }

            open.RemoveAll(full.Contains);
        }

        return Math.Max(0, amount);
    }
}
