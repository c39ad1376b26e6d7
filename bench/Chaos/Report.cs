using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace KlingLipSync.Bench.Chaos;

/// <summary>What the runs came to, as it is written down.</summary>
/// <param name="shell">What ran the module.</param>
/// <param name="rival">The rival and its runtime, or why there is none.</param>
/// <param name="outcomes">The scenarios.</param>
internal sealed class Report(string shell, string rival, IReadOnlyList<Outcome> outcomes)
{
    public const string PlotName = "chaos.svg";

    private static readonly (Rule Rule, string Words, bool IsOfModuleOnly)[] Rules =
    [
        (Rule.AcceptedTwice, "accepted again without an unbilled failure before", false),
        (Rule.PaidTwice, "**pairs paid more than once**", false),
        (Rule.Lost, "**paid and not in the folder**", false),
        (Rule.NotSaved, "without a file at the end", false),
        (Rule.Torn, "torn files", false),
        (Rule.LeftPartial, "partial files left behind", false),
        (Rule.WronglyNamed, "outputs under another pair's name", false),
        (Rule.WronglyPriced, "jobs with another price than billed", true),
        (Rule.WrongRequest, "jobs that name another request", true),
        (Rule.WronglyHeld, "wrongly held or wrongly not held", true),
        (Rule.Other, "anything else", false),
    ];

    /// <summary>The table alone, for the console.</summary>
    public string Table()
    {
        var text = new StringBuilder();
        Row("", o => $"{ChaosOptions.Name(o.Options.Scenario)}: module", o => o.Rival is null ? "rival" : $"{ChaosOptions.Name(o.Options.Scenario)}: rival");
        text.AppendLine("|---" + string.Concat(Enumerable.Repeat("|---:", 2 * outcomes.Count)) + "|");
        Both("seed", (o, _) => $"{o.Options.Seed}");
        Both("pairs", (_, v) => Number(v.Pairs) + (v.Further > 0 ? $" ({v.Further} further)" : ""));
        Both("runs of the command", (_, v) => Number(v.Runs));
        Both("of them killed", (_, v) => Number(v.Killed));
        Both("of them stopped for a while", (_, v) => Number(v.Stopped));
        Both("accepted submissions", (_, v) => Number(v.Accepted));
        Both("accepted per pair", (_, v) => ((double)v.Accepted / v.Pairs).ToString("0.000", CultureInfo.InvariantCulture));
        Both("billed, USD", (_, v) => v.Billed.ToString("0.00", CultureInfo.InvariantCulture));
        Both("price of all pairs, USD", (_, v) => v.Price.ToString("0.00", CultureInfo.InvariantCulture));
        foreach (var (rule, words, isOfModuleOnly) in Rules)
        {
            Row(words, o => Number(o.Module[rule]), o => o.Rival is null || isOfModuleOnly ? "–" : Number(o.Rival[rule]));
        }

        Both("minutes", (_, v) => v.Took.TotalMinutes.ToString("0.0", CultureInfo.InvariantCulture));
        return text.ToString();

        void Both(string words, Func<Outcome, Verdict, string> cell) =>
            Row(words, o => cell(o, o.Module), o => o.Rival is null ? "–" : cell(o, o.Rival));

        void Row(string words, Func<Outcome, string> module, Func<Outcome, string> other) =>
            text.AppendLine($"| {words} | {string.Join(" | ", outcomes.SelectMany(o => new[] { module(o), other(o) }))} |");
    }

    /// <summary>The whole report.</summary>
    public string ToMarkdown()
    {
        var options = outcomes[0].Options;
        return FormattableString.Invariant($"""
            # Faults and kills

            Made by `./build.ps1 Bench -Name Chaos` on {DateTime.UtcNow:yyyy-MM-dd}. The same command is run over the same pairs of real small files, again and again, in processes of its own against a local emulator of fal. On every route {options.Faults:P0} of all hits fail: reset before or after the effect, 500, 502, 503, 504, 429, web pages in place of answers, late heads, dripping bodies, bodies and streams cut off. Processes are killed as by `kill -9`, once at each boundary that the engine announces and {options.Kills} times at random while work is open; a second process over the same pairs is stopped with SIGSTOP and goes on later. Then fal's ledger is held against the folder of results and the store.

            First what is unconfirmed is held (`-OnUnconfirmed Hold`, the default), and exactly those pairs have to be held that fal has not accepted. Then the same command runs with `-OnUnconfirmed Resubmit` and a short horizon until everything is saved; where no later request of ours can prove an absence, a further clip comes in, as the next day brings one.

            - `plain`: fal as ever; `lag`: a finished request shows in the history half a minute late; `locked`: the account is locked when half of the jobs are in, and unlocked {Account.LockedFor.TotalSeconds:0} s later.
            - Module: {shell}, `-ThrottleLimit {options.Throttle}`
            - Rival: {rival}; a script as a careful administrator would write it ([batch.mjs](../Chaos/rival/batch.mjs)): skips what is there, {options.Throttle} at once, catches each failure, downloads to a temporary name, keeps a file of what is finished. It gets the same files and faults and as many kills, all of them at random; no second process.
            - System: {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} logical cores, {RuntimeInformation.FrameworkDescription}

            {Table()}
            "Accepted again" leaves out a pair whose earlier request ended as an unbilled failure. "Paid and not in the folder" counts a pair whose file is missing although fal billed for it.

            ![Accepted and saved after each run]({PlotName})

            """);
    }

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
