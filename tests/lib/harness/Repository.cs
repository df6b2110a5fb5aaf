namespace ShimService.TestSupport;

/// <summary>Where the files under test lie.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The published native binaries; tests/run.sh makes them.</summary>
    public static string Binaries { get; } =
        Environment.GetEnvironmentVariable("SHIMSERVICE_BIN") is { Length: > 0 } given
            ? given
            : Path.Combine(Root, "artifacts", "bin");

    public static string Shimctl => Path.Combine(Binaries, "shimctl");

    public static string In(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find(string directory) =>
        File.Exists(Path.Combine(directory, "ShimService.sln"))
            ? directory
            : Find(Path.GetDirectoryName(directory)
                ?? throw new InvalidOperationException("the tests do not run from a build below the repository"));
}
