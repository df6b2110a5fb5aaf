using System.Text;

namespace ShimService.Engine.Tests.Conformance;

/// <summary>
/// src/ShimService.Engine/BEHAVIOURS.md: a section per suite, and a row per behaviour that it looks at.
/// </summary>
internal static class BehaviourDocument
{
    private const string Head = """
        # Behaviours

        What the suites of other runtimes look at, suite by suite, and what shows it here: the lines of
        `tests/ShimService.Engine.Tests/Conformance/behaviours`. Made as `CONFORMANCE.md` is, from the same run; *shown on*
        are the kinds of control groups on which all the tests named passed, a test that is followed by a kind in brackets
        passed on that one. What has nothing to do with control groups is run on the reference host only, a hybrid one.


        """;

    public static string Make(IReadOnlyList<Behaviour> behaviours, RunResults results)
    {
        var text = new StringBuilder(Head).Append($"Parts: {string.Join(", ", results.Parts)}\n");
        foreach (var suite in behaviours.GroupBy(behaviour => behaviour.Suite))
        {
            text.Append($"\n## {suite.Key}\n\n| behaviour | shown on | tests |\n|---|---|---|\n");
            foreach (var behaviour in suite)
            {
                string[] any = [.. RunResults.Kinds.Where(
                    kind => behaviour.Tests.Any(test => results.Passed(test).Contains(kind)))];
                string[] all = [.. any.Where(kind => behaviour.Tests.All(test => results.Passed(test).Contains(kind)))];
                var shown = all.Length > 0 ? all : any;
                text.Append($"| {behaviour.Name} | {string.Join(' ', shown)} | ")
                    .Append(behaviour.Note).Append(behaviour.Note.Length > 0 && behaviour.Tests.Length > 0 ? ": " : "")
                    .Append(string.Join(' ', behaviour.Tests.Select(test => ConformanceDocument.Name(test, results, shown)))).Append(" |\n");
            }
        }

        return text.ToString();
    }
}
