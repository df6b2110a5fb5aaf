using ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Cli.Direct;

/// <summary>
/// What the shim is told about streams: our own three by descriptor, or a socket that gets the terminal's master.
/// </summary>
internal static class DirectStdio
{
    private const string ConsoleScheme = "console-socket://";

    public static void ForCreate(CreateTaskRequest request, string? consoleSocket) =>
        (request.Stdin, request.Stdout, request.Stderr) = Streams(consoleSocket);

    public static void ForExec(ExecProcessRequest request, string? consoleSocket) =>
        (request.Stdin, request.Stdout, request.Stderr) = Streams(consoleSocket);

    private static (string Stdin, string Stdout, string Stderr) Streams(string? consoleSocket) =>
        consoleSocket is null
            ? ("peerfd:0", "peerfd:1", "peerfd:2")
            : ("", ConsoleScheme + Path.GetFullPath(consoleSocket), "");
}
