using CsCheck;
using DerAgent.Model;

namespace DerAgent.Devices.Tests;

/// <summary>The control of a plant against members that do as they like.</summary>
public sealed class PlantControlTests
{
    private const string Inverter = "profile: p\npoints:\n  WMax: {holding: 1, unit: W}\n  W: {holding: 2, unit: W}\n  WMaxLimPct: {holding: 7, scale: 0.01, unit: \"%\", range: [0, 100], access: write, volatile: true, release: {value: 100}, verify: {within: 5s}}\n";
    private static readonly DeviceProfile Profile = ProfileReader.Load(new StringReader(Inverter), "p.yaml").Profile!;

    [Fact]
    public void Shares_are_within_the_limit_and_the_ratings() => Gen.Select(Gen.Double[-10, 1e6], Gen.Select(Gen.Double[0, 1e5], Gen.Double[0, 2e5]).Array[0, 20]).Sample((limit, parts) =>
    {
        var shares = PlantSplit.Of(limit, parts);
        Assert.True(shares.Sum() <= Math.Max(0, limit) * (1 + 1e-9));
        Assert.All(shares.Zip(parts), s => Assert.InRange(s.First, 0, s.Second.Item1 * (1 + 1e-9)));

        // Nothing is given away for nothing.
        Assert.Equal(Math.Min(Math.Max(0, limit), parts.Sum(p => p.Item1)), shares.Sum(), 1e-3);
    });

    [Fact]
    public void What_shaded_members_cannot_use_goes_to_the_others()
    {
        var shares = PlantSplit.Of(12_000, [(10_000, 1000), (10_000, double.MaxValue)]);
        Assert.Equal([2000, 10_000], shares);
        Assert.Equal([5000, 5000], PlantSplit.Of(10_000, [(10_000, double.MaxValue), (10_000, double.MaxValue)]));
    }

    [Fact] // what never came into force leaves what was; nobody is told to let go meanwhile
    public void A_command_that_is_withdrawn_leaves_the_limit_before_it()
    {
        var member = new PlantMember("inv1", Profile, null);
        var control = new PlantControl([member], PlantShare.Rating);
        control.Learn(0, new() { IsOnline = true, Whole = 10_000, Read = 10_000, Power = 0 });
        control.Command(1, PlantPoints.LimitPower, 6000, TimeSpan.Zero);
        control.Took(0, Assert.Single(control.Take().OfType<PlantEffect.Write>()).Id, TimeSpan.Zero);
        control.Command(2, PlantPoints.LimitPower, 3000, TimeSpan.Zero);
        control.Take();
        control.Withdraw(2, TimeSpan.Zero);
        Assert.DoesNotContain(control.Take().OfType<PlantEffect.Write>(), w => w.Watts is null);
        Assert.Equal(6000, control.Limit);
    }

    [Fact]
    public void Headroom_follows_the_shade_every_30_s()
    {
        var plant = new World(7, 2, PlantShare.Headroom) { Sun = { [0] = 0.2, [1] = 1 } };
        plant.Ratings(10_000, 10_000);
        plant.Run(5);
        plant.Command(PlantPoints.LimitPower, 12_000);
        plant.Run(90);
        Assert.InRange(plant.InForce(0), 2000, 3000);
        Assert.InRange(plant.InForce(1), 9000, 10_000);
        plant.Sun[0] = 1;
        plant.Run(60);
        Assert.InRange(plant.InForce(0), 5000, 7000);
        Assert.True(plant.Total() <= 12_000.01);
    }

    [Theory] // ratings, losses, refusals, restarts, night: never above the limit but for the time a write takes
    [InlineData("Rating")]
    [InlineData("Headroom")]
    public void What_is_in_force_never_exceeds_the_limit(string share) => Gen.Int[0, 1_000_000].Sample(
        seed =>
        {
            var plant = new World(seed, 1 + (seed % 7), Enum.Parse<PlantShare>(share));
            plant.Run(5);
            for (var i = 0; i < 60; i++)
            {
                plant.Disturb();
                plant.Run(plant.Random.Next(1, 40));
            }

            // Never stuck: once all obey again, the limit is used, and gone when it is let go of.
            plant.Heal();
            plant.Run(2 * 3600, 5);
            if (plant.Limit is { } limit)
            {
                // Less than a ten thousandth of its rating is not worth a write of a member.
                Assert.True(plant.Total() >= (Math.Min(limit, plant.Whole()) * 0.95) - (plant.Whole() * 2e-4), $"{plant.Total():0} W of {limit:0} W: {plant}");
            }

            plant.Command(PlantPoints.LimitPercent, null);
            plant.Command(PlantPoints.LimitPower, null);
            plant.Run(120);
            Assert.Equal(plant.Whole(), plant.Total(), 3);
            Assert.Empty(plant.Open);
            Assert.All(plant.Outcomes.Values, o => Assert.True(o == AddCause.None || o == AddCause.AbortionDueToDeviation || o == AddCause.TimeLimitOver || o == AddCause.BlockedByCommand, o.ToString()));
        },
        iter: 150);

    private sealed class World
    {
        private readonly PlantControl _control;
        private readonly Part[] _parts;
        private readonly List<PlantMember> _members;
        private readonly List<(TimeSpan Due, Action What)> _later = [];
        private TimeSpan _now;
        private TimeSpan _quietSince;
        private long _next = 1;

        public World(int seed, int members, PlantShare share)
        {
            Random = new(seed);
            _members = [.. Enumerable.Range(1, members).Select(i => new PlantMember($"inv{i}", Profile, null))];
            _control = new(_members, share);
            _parts = [.. _members.Select(_ => new Part { Rating = Random.Next(1000, 50_000) })];
            Sun = [.. _members.Select(_ => Random.NextDouble())];
        }

        public Random Random { get; }

        public double[] Sun { get; }

        public HashSet<long> Open { get; } = [];

        public Dictionary<long, AddCause> Outcomes { get; } = [];

        public double? Limit => _control.Limit;

        private sealed class Part
        {
            public double Rating { get; set; }

            public double? Limit { get; set; }

            public bool IsSilent { get; set; }

            public bool IsKnownSilent { get; set; }

            public bool Refuses { get; set; }

            /// <summary>What its line keeps in force.</summary>
            public double? Kept { get; set; }

            public TimeSpan? WrongSince { get; set; }

            public double InForce => Math.Min(Limit ?? Rating, Rating);
        }

        public override string ToString() => $"{_now}: {string.Join(" ", _control.States)} {string.Join(" ", _parts.Select(p => $"[{p.Rating} {p.Limit} kept {p.Kept} {p.IsSilent} {p.Refuses}]"))}";

        public void Ratings(params double[] ratings)
        {
            for (var i = 0; i < ratings.Length; i++)
            {
                _parts[i].Rating = ratings[i];
            }
        }

        public double InForce(int member) => _parts[member].InForce;

        public double Total() => _parts.Sum(p => p.InForce);

        public double Whole() => _parts.Sum(p => p.Rating);

        public void Command(string point, double? value)
        {
            var id = _next++;
            Open.Add(id);
            _control.Command(id, point, value, _now);
            _quietSince = _now;
            CarryOut();
        }

        public void Heal()
        {
            foreach (var part in _parts)
            {
                (part.IsSilent, part.Refuses) = (false, false);
            }

            _quietSince = _now;
        }

        public void Disturb()
        {
            var part = _parts[Random.Next(_parts.Length)];
            switch (Random.Next(9))
            {
                case 0 or 1:
                    Command(PlantPoints.LimitPower, Random.NextDouble() * Whole());
                    break;
                case 2:
                    Command(PlantPoints.LimitPercent, Random.Next(0, 100));
                    break;
                case 3:
                    Command(Random.Next(2) == 0 ? PlantPoints.LimitPercent : PlantPoints.LimitPower, null);
                    break;
                case 4:
                    part.IsSilent = !part.IsSilent;
                    _quietSince = _now;
                    break;
                case 5:
                    // It restarts, and has forgotten its limit.
                    part.Limit = null;
                    _quietSince = _now;
                    break;
                case 6:
                    part.Refuses = !part.Refuses;
                    _quietSince = _now;
                    break;
                case 7:
                    part.Rating = Math.Max(500, part.Rating * (0.5 + Random.NextDouble()));
                    _quietSince = _now;
                    break;
                default:
                    Sun[Random.Next(Sun.Length)] = Random.NextDouble();
                    break;
            }
        }

        public void Run(double seconds, double step = 0.5)
        {
            for (var until = _now + TimeSpan.FromSeconds(seconds); _now < until;)
            {
                _now += TimeSpan.FromSeconds(step);
                foreach (var due in _later.Where(l => l.Due <= _now).ToList())
                {
                    _later.Remove(due);
                    due.What();
                }

                for (var i = 0; i < _parts.Length; i++)
                {
                    Read(i);
                }

                _control.Pass(_now);
                CarryOut();
                Check(TimeSpan.FromSeconds(60 * step));
            }
        }

        private void Read(int i)
        {
            var part = _parts[i];
            if (part.IsSilent != part.IsKnownSilent && Random.Next(4) == 0)
            {
                part.IsKnownSilent = part.IsSilent;
            }

            // Its line puts right what it reads within 10 s.
            part.WrongSince = part.Limit == part.Kept || part.IsSilent || part.Refuses ? null : part.WrongSince ?? _now;
            if (_now - part.WrongSince >= TimeSpan.FromSeconds(10))
            {
                part.Limit = part.Kept;
            }

            var isAsleep = part.IsKnownSilent && i % 2 == 0;
            var known = _control.States[i];
            _control.Learn(i, part.IsKnownSilent || part.IsSilent
                ? known with { IsOnline = !part.IsKnownSilent, IsAsleep = isAsleep, Power = part.IsKnownSilent ? null : known.Power }
                : known with { IsOnline = true, IsAsleep = false, Whole = part.Rating, Read = part.InForce, Power = Math.Min(Sun[i] * part.Rating, part.InForce) });
        }

        /// <summary>After the time that noticing and writing take nothing is above the limit, but for those who do not obey: then the others are at nothing.</summary>
        private void Check(TimeSpan grace)
        {
            if (_control.Limit is not { } limit || _now - _quietSince < grace)
            {
                return;
            }

            // Who is silent counts with the limit it last read: that it has forgotten it nobody can know.
            double Counts(int i) => _parts[i].IsSilent ? Math.Min(_parts[i].InForce, _control.States[i].Assumed) : _parts[i].InForce;
            var total = Enumerable.Range(0, _parts.Length).Sum(Counts);

            // Who refused is tried again ever more rarely, and nobody knows before that he would obey.
            var bad = Enumerable.Range(0, _parts.Length).Where(i => _parts[i].IsSilent || _parts[i].Refuses || _control.States[i].Fault is not null).Sum(Counts);
            Assert.True(total <= Math.Max(limit, bad) + (Whole() * 0.011), $"{total:0} W in force, {bad:0} W of those who do not obey, and {limit:0} W are the limit: {this}");
        }

        private void CarryOut()
        {
            foreach (var effect in _control.Take())
            {
                switch (effect)
                {
                    case PlantEffect.Write write:
                        Later(Random.NextDouble() * 3, () => Obey(write));
                        break;
                    case PlantEffect.Ended ended:
                        Assert.True(Open.Remove(ended.Id));
                        Outcomes[ended.Id] = ended.Outcome.Failure;
                        break;
                }
            }
        }

        private void Obey(PlantEffect.Write write)
        {
            var part = _parts[write.Member];
            if (part.IsSilent || part.Refuses)
            {
                Later(2, () =>
                {
                    _quietSince = _now;
                    _control.Ended(write.Member, write.Id, part.Refuses ? CommandOutcome.Refused("it refuses") : CommandOutcome.NoAnswer("no answer"), _now);
                });
                return;
            }

            // Only the newest is written; an older one was superseded, and is told so.
            if (_control.States[write.Member].Pending != write.Id)
            {
                _control.Ended(write.Member, write.Id, new(AddCause.BlockedByCommand, "a newer one came"), _now);
            }
            else
            {
                part.Limit = part.Kept = write.Watts;
                Later(Random.NextDouble(), () =>
                {
                    // Who obeys again after all changes what the others may have.
                    _quietSince = _control.States[write.Member].Fault is null ? _quietSince : _now;
                    _control.Took(write.Member, write.Id, _now);
                });
            }
        }

        private void Later(double seconds, Action what) => _later.Add((_now + TimeSpan.FromSeconds(seconds), what));
    }
}
