namespace ShimService.Engine.Tests.Conformance;

/// <summary>
/// One line of behaviours/SUITE.txt: what a suite written for other runtimes looks at, and what shows it here.
/// `BEHAVIOUR | TEST…`, or `BEHAVIOUR | NOTE` or `BEHAVIOUR | NOTE | TEST…`, where a note begins with `host lacks: `,
/// `refused: ` or `differs: `.
/// </summary>
internal sealed record Behaviour(string Suite, int Line, string Name, string Note, string[] Tests)
{
    private static readonly string[] Notes = ["host lacks: ", "refused: ", "differs: "];

    /// <summary>What is wrong with the form of the line; empty = nothing.</summary>
    public string Problem { get; private init; } = "";

    public string Where => $"{Suite}.txt:{Line}";

    /// <summary>Every line of every suite, the suites in the order of their names.</summary>
    public static IReadOnlyList<Behaviour> All(string directory) =>
        [.. Directory.GetFiles(directory, "*.txt").Order(StringComparer.Ordinal).SelectMany(Read)];

    private static IEnumerable<Behaviour> Read(string file) => File.ReadLines(file)
        .Select((line, n) => (Text: line.Trim(), Number: n + 1)).Where(line => line.Text.Length > 0 && line.Text[0] != '#')
        .Select(line => Parse(Path.GetFileNameWithoutExtension(file), line.Number, line.Text));

    private static Behaviour Parse(string suite, int number, string line)
    {
        var fields = line.Split('|', StringSplitOptions.TrimEntries);
        var noted = fields.Length > 1 && Notes.Any(word => fields[1].StartsWith(word, StringComparison.Ordinal));
        var names = (fields.Length, noted) switch
        {
            (2, false) => fields[1],
            (3, true) => fields[2],
            _ => "",
        };
        var tests = names.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new Behaviour(suite, number, fields[0], noted ? fields[1] : "", tests)
        {
            Problem = fields switch
            {
                _ when fields[0].Length == 0 => "no behaviour",
                _ when fields.Length is not (2 or 3) || fields[^1].Length == 0 => "not BEHAVIOUR | WHAT SHOWS IT",
                _ when fields.Length == 3 && !noted => "the second field is no note",
                _ when tests.Any(test => test.Split('.') is not [{ Length: > 0 }, { Length: > 0 }]) => "not Class.Method",
                _ => "",
            },
        };
    }
}
