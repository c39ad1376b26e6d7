namespace KlingLipSync.Emulator.Control;

/// <summary>The faults still to come, in the order they were asked for.</summary>
internal sealed class FaultPlan
{
    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];

    public void Add(IEnumerable<Fault> faults)
    {
        lock (gate)
            entries.AddRange(faults.Select(fault => new Entry(fault)));
    }

    public void Clear()
    {
        lock (gate)
            entries.Clear();
    }

    public IReadOnlyList<Fault> Pending()
    {
        lock (gate)
            return [.. entries.Select(entry => entry.Fault with { Times = entry.Left })];
    }

    /// <summary>The fault that strikes this hit, if one does.</summary>
    public Fault? Draw(EmulatorRoute route)
    {
        lock (gate)
        {
            foreach (var entry in entries)
            {
                if (entry.Fault.Route != route || !entry.Strikes())
                    continue;
                if (entry.Spend())
                    entries.Remove(entry);
                return entry.Fault;
            }

            return null;
        }
    }

    private sealed class Entry(Fault fault)
    {
        private readonly Random random = new(fault.Seed);
        private int seen;

        public Fault Fault { get; } = fault;

        public int Left { get; private set; } = fault.Times;

        /// <summary>Whether it strikes this hit of its route.</summary>
        public bool Strikes() => ++seen > Fault.After && (Fault.Rate >= 1 || random.NextDouble() < Fault.Rate);

        /// <summary>True when that was the last time.</summary>
        public bool Spend() => Fault.Times > 0 && --Left == 0;
    }
}
