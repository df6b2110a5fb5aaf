namespace ShimService.Architecture.Tests.Support;

/// <summary>The table under "Projects" in the README: project and which others it may reference.</summary>
internal static class AllowedReferences
{
    public static IReadOnlyDictionary<string, HashSet<string>> Table { get; } = Repository.Read("README.md")
        .Split('\n')
        .Where(static line => line.StartsWith("| `ShimService.", StringComparison.Ordinal))
        .Select(static line => line.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(static cells => cells[1].Split('`')[1], static cells => Names(cells[3]));

    private static HashSet<string> Names(string cell) => cell == "–"
        ? []
        : cell.Split(',', StringSplitOptions.TrimEntries).Select(static name => "ShimService." + name).ToHashSet();
}
