using System.Diagnostics;
using Google.Protobuf;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Daemon.Configuration;

namespace ShimService.Daemon.Shims;

/// <summary>
/// Runs the shim binary as containerd does. System.Diagnostics.Process is right here: shimd is nobody's reaper, the
/// helpers are its only children, and they are gone within milliseconds; the shim itself is detached by its helper.
/// </summary>
internal sealed class ShimBinary(string path, string daemonSocket, DaemonOptions options) : IShimLauncher
{
    public const string Name = "containerd-shim-shimservice-v2";
    private const string Namespace = "shimservice";

    /// <summary>The binary to run: as configured, beside shimd, or along PATH. Errors: DaemonException.</summary>
    public static string Find(string? configured)
    {
        var candidates = configured is not null
            ? [configured]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
                .Prepend(AppContext.BaseDirectory)
                .Select(directory => Path.Combine(directory, Name));
        return candidates.FirstOrDefault(File.Exists) ?? throw new DaemonException(
            configured is null
                ? $"{Name} is neither beside shimd nor on PATH: install it there, or name it with --shim"
                : $"--shim {configured}: no such file");
    }

    public async Task StartAsync(ShimDirectory directory, CancellationToken cancel)
    {
        await RunAsync(directory.Path, Arguments(directory.Name, ["-socket", directory.Socket, "start"]),
            options.ShimStartLimit, cancel);
    }

    public async Task<DeleteResponse> DeleteAsync(
        ShimDirectory directory, string id, string bundle, CancellationToken cancel)
    {
        var answer = await RunAsync(directory.Path, Arguments(id, ["-bundle", bundle, "delete"]),
            options.ShimDeleteLimit, cancel);
        try
        {
            return DeleteResponse.Parser.ParseFrom(answer);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new DaemonException($"{path} delete of task {id} answered {answer.Length} bytes that are no answer",
                error);
        }
    }

    private IEnumerable<string> Arguments(string id, string[] rest) =>
        ["-namespace", Namespace, "-address", daemonSocket, "-id", id, .. rest];

    private async Task<byte[]> RunAsync(
        string directory, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SHIMSERVICE_OWNER"] = "shimd";
        start.Environment.Remove("MAX_SHIM_VERSION");
        start.Environment.Remove("NOTIFY_SOCKET");
        using var process = Process.Start(start) ?? throw new DaemonException($"{path} did not start");
        process.StandardInput.Close();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limited.CancelAfter(limit);
        try
        {
            using var output = new MemoryStream();
            var copying = process.StandardOutput.BaseStream.CopyToAsync(output, limited.Token);
            var complaint = await process.StandardError.ReadToEndAsync(limited.Token);
            await copying;
            await process.WaitForExitAsync(limited.Token);
            return process.ExitCode == 0
                ? output.ToArray()
                : throw new DaemonException(
                    $"{path} {start.ArgumentList[^1]} failed with status {process.ExitCode}: {complaint.Trim()}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            process.Kill();
            throw new DaemonException($"{path} {start.ArgumentList[^1]} did not answer within {limit.TotalSeconds} s");
        }
    }
}
