namespace ShimService.Engine.Tests.Conformance;

/// <summary>The table that tests/lib/conformance.py makes of a run: what each test came to, by kind of host.</summary>
internal sealed class RunResults
{
    /// <summary>The kinds of control groups there are, in the order of the documents' columns.</summary>
    public static readonly string[] Kinds = ["v1", "hybrid", "v2"];

    private readonly HashSet<(string Test, string Kind)> _passed = [];

    private RunResults(IEnumerable<string[]> lines)
    {
        var failed = new HashSet<(string, string)>();
        foreach (var fields in lines)
        {
            switch (fields[0])
            {
                case "boots":
                    Parts.Add($"`boots {fields[1]}`");
                    break;
                case "part":
                    Parts.Add($"`{fields[1]} {fields[2]}`");
                    break;
                case "passed":
                    _passed.Add((fields[3], fields[1]));
                    break;
                case "failed":
                    failed.Add((fields[3], fields[1]));
                    break;
            }
        }

        _passed.ExceptWith(failed);
    }

    /// <summary>"`PART KIND`": the host, and each boot of the virtual machine; and what those were to run.</summary>
    public List<string> Parts { get; } = [];

    public static RunResults Read(string table) => new(File.ReadLines(table).Select(line => line.Split('\t')));

    /// <summary>The kinds of hosts it passed on, in order.</summary>
    public IEnumerable<string> Passed(string test) => Kinds.Where(kind => _passed.Contains((test, kind)));
}
