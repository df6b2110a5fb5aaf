using System.Diagnostics;

namespace ShimService.Cli.Direct;

/// <summary>
/// Runs the shim binary's start and delete actions as containerd would. The binary stands beside ours, or on PATH.
/// </summary>
internal static class ShimProcess
{
    public const string Binary = "containerd-shim-shimservice-v2";
    private const string Namespace = "shimctl";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Starts a shim that listens on <paramref name="socket"/> and stays when we are gone.</summary>
    /// <exception cref="CliException">It did not start; the message holds what it said.</exception>
    public static Task StartAsync(string id, string directory, string socket, CancellationToken cancel) =>
        RunAsync(directory, cancel, "-namespace", Namespace, "-address", "", "-id", id, "-socket", socket, "start");

    /// <summary>Cleans up after a shim that died: its containers are ended and removed.</summary>
    public static Task DeleteAsync(string id, string directory, CancellationToken cancel) =>
        RunAsync(directory, cancel, "-namespace", Namespace, "-address", "", "-id", id, "-bundle", directory, "delete");

    /// <summary>What the shim says of itself: a containerd.types.RuntimeInfo.</summary>
    public static Task<byte[]> InfoAsync(CancellationToken cancel) =>
        RunAsync(Environment.CurrentDirectory, cancel, "-info");

    private static async Task<byte[]> RunAsync(string directory, CancellationToken cancel, params string[] arguments)
    {
        string beside = Path.Combine(AppContext.BaseDirectory, Binary);
        var start = new ProcessStartInfo(File.Exists(beside) ? beside : Binary, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Nobody forwards this shim's events to a containerd; it keeps its journal and ends when it is empty.
        start.Environment["SHIMSERVICE_OWNER"] = "shimd";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            using var output = new MemoryStream();
            Task copy = process.StandardOutput.BaseStream.CopyToAsync(output, limit.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0)
            {
                throw new CliException($"{arguments[^1]} of {Binary}: {(await errors).Trim()}", ExitStatus.RuncStyle);
            }

            await copy;
            return output.ToArray();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new CliException(
                $"cannot run {Binary}: {error.Message}; it is expected beside shimctl or on PATH",
                ExitStatus.RuncStyle,
                error);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CliException(
                $"{arguments[^1]} of {Binary} did not end within {Limit.TotalSeconds} s", ExitStatus.RuncStyle);
        }
    }
}
