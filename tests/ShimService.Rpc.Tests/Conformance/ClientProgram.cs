using System.Diagnostics;

namespace ShimService.Rpc.Tests.Conformance;

/// <summary>
/// Runs somebody else's client as a process. It prints "ok NAME" or "not ok NAME: why" for each of its cases.
/// </summary>
internal static class ClientProgram
{
    private static readonly TimeSpan Time = TimeSpan.FromMinutes(4);

    /// <summary>The repository this test was built in.</summary>
    public static string Repository { get; } = FindRepository();

    public static string Folder => Path.Combine(Repository, "tests", "ShimService.Rpc.Tests", "Clients");

    public static string[] ProtoRoots =>
        [Path.Combine(Repository, "protos"), Path.Combine(Repository, "tests", "ShimService.Rpc.Tests", "Protos")];

    /// <summary>The outcome of every case by name: null = ok, else what went wrong.</summary>
    public static async Task<IReadOnlyDictionary<string, string?>> RunAsync(
        string directory, string program, params string[] arguments)
    {
        (string output, string errors) = await ExecuteAsync(directory, program, arguments);
        var outcomes = new Dictionary<string, string?>();
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            bool ok = line.StartsWith("ok ", StringComparison.Ordinal);
            string[] words = line[(ok ? 3 : 7)..].Split(": ", 2);
            outcomes[words[0]] = ok ? null : words[^1];
        }

        return outcomes.Count > 0
            ? outcomes
            : throw new InvalidOperationException($"{program} tried nothing: {errors}");
    }

    public static async Task<(string Output, string Errors)> ExecuteAsync(
        string directory, string program, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new(program, arguments)
            {
                WorkingDirectory = directory,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.Start();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Time);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode == 0
            ? (await output, await errors)
            : throw new InvalidOperationException(
                $"{program} ended with {process.ExitCode}: {await output}{await errors}");
    }

    private static string FindRepository()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "ShimService.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory ?? throw new InvalidOperationException($"no ShimService.sln above {AppContext.BaseDirectory}");
    }
}
