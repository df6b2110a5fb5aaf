using System.Text;

namespace ShimService.Engine.Tests.Conformance;

/// <summary>
/// src/ShimService.Engine/CONFORMANCE.md: a row per property of the specification, and what its tests came to in a run.
/// </summary>
internal static class ConformanceDocument
{
    private const string Head = """
        # Conformance

        OCI runtime-spec 1.3.0 for Linux, property by property, and what the tests that show it came to on each kind of
        control groups. Made from a run of the tests, which holds every later run to it:

            SHIMSERVICE_RESULTS=/tmp/results tests/run.sh
            UPDATE_CONFORMANCE=/tmp/results/table dotnet test tests/ShimService.Engine.Tests --filter ConformanceTests

        `pass`: the tests named passed there; one that is followed by a kind in brackets, on that one. `plan`: what would
        be done is shown, not its effect. `not shown`: no test of it there. `refused`, `host lacks`: shown to be so, for the
        reason in brackets. *hybrid* is the reference host and a boot of the virtual machine of `tests/vm`, *v1* and *v2*
        are boots of it with Linux 6.1. `BEHAVIOURS.md` has what the suites of other runtimes look at.
        The last three columns are what runc 1.5, crun 1.29 and youki 0.7 do: + all, ~ a part, - nothing.


        """;

    // These show what would be done.
    private static readonly string[] Plans = 
    [
        "SpecFuzzTests", "ResourceWritesTests", "PlanGoldenTests", "ControllerFileTests", "CpuWeightTests", "ScopeNameTests",
        "DeviceAllowListTests", "ResctrlTests",
    ];

    private const int Named = 4;

    public static string Make(RunResults results)
    {
        var text = new StringBuilder(Head).Append($"Parts: {string.Join(", ", results.Parts)}\n\n")
            .Append("| property | v1 | hybrid | v2 | tests | runc | crun | youki |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var property in SpecProperty.All)
        {
            var tests = SpecTests.Of(property);
            var shown = RunResults.Kinds.Select(kind => Result(property, tests, results, kind)).ToArray();
            text.Append($"| `{property.Path}` | {string.Join(" | ", shown)} | ")
                .Append(Tests(tests, results, [.. RunResults.Kinds.Where((_, n) => shown[n] == "pass")]))
                .Append(property.Note.Length > 0 ? $" ({property.Note})" : "")
                .Append($" | {string.Join(" | ", property.Others)} |\n");
        }

        return text.ToString();
    }

    /// <summary>The first of them, those that show an effect and on most kinds before the others.</summary>
    /// <param name="all">Class.Method.</param>
    /// <param name="results">Of the run.</param>
    /// <param name="claimed">The kinds on which one that is not followed by its own is said to pass.</param>
    public static string Tests(IReadOnlyList<string> all, RunResults results, string[] claimed)
    {
        var named = all.OrderBy(test => IsPlan(test)).ThenByDescending(test => results.Passed(test).Count())
            .ThenBy(test => test, StringComparer.Ordinal).Take(Named).Select(test => Name(test, results, claimed));
        return string.Join(' ', named) + (all.Count > Named ? $" and {all.Count - Named} more" : "");
    }

    /// <summary>The test, and where it passed when that is not where all are said to.</summary>
    public static string Name(string test, RunResults results, string[] claimed)
    {
        string[] passed = [.. results.Passed(test).Intersect(claimed)];
        return passed.Length == claimed.Length
            ? test : $"{test} ({(passed.Length == 0 ? "not shown" : string.Join(' ', passed))})";
    }

    private static bool IsPlan(string test) =>
        Plans.Contains(test.Split('.')[0]) || test.Split('.')[1].StartsWith("Compile", StringComparison.Ordinal);

    private static string Result(SpecProperty property, IReadOnlyList<string> tests, RunResults results, string kind)
    {
        var passed = tests.Where(test => results.Passed(test).Contains(kind)).ToList();
        var effects = passed.Where(test => !IsPlan(test)).ToList();
        return property.Note switch
        {
            // Elsewhere the host has it, and there is a container that shows it.
            _ when property.Note.StartsWith("host lacks", StringComparison.Ordinal) =>
                effects.Any(test => test.Contains(".Run_", StringComparison.Ordinal)) ? "pass" : "host lacks",
            _ when property.Note.StartsWith("refused", StringComparison.Ordinal) => passed.Count > 0 ? "refused" : "not shown",
            _ when effects.Count > 0 => "pass",
            _ => passed.Count > 0 ? "plan" : "not shown",
        };
    }
}
