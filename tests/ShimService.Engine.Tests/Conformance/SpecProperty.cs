namespace ShimService.Engine.Tests.Conformance;

/// <summary>One row of properties.txt.</summary>
internal sealed record SpecProperty(string Path, string[] Others, string[] Tests, string Note)
{
    public static IReadOnlyList<SpecProperty> All { get; } =
        [.. File.ReadLines(System.IO.Path.Join(AppContext.BaseDirectory, "Conformance/properties.txt"))
            .Where(line => line.Length > 0 && line[0] != '#').Select(Parse)];

    private static SpecProperty Parse(string line)
    {
        var fields = line.Split('|', StringSplitOptions.TrimEntries);
        return new SpecProperty(fields[0], fields[1].Split(' '),
            fields[2].Split(' ', StringSplitOptions.RemoveEmptyEntries), fields[3]);
    }
}
