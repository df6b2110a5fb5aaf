using System.CommandLine;
using System.Globalization;
using ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Cli.Direct;

/// <summary>
/// What the shim is told about streams: our own three by descriptor, or a socket that gets the terminal's master.
/// </summary>
internal static class DirectStdio
{
    private const string ConsoleScheme = "console-socket://";

    /// <summary>runc's option.</summary>
    public static Option<int> PreserveFds() => new("--preserve-fds")
    {
        Description = "so many of our descriptors from 3 on are its process's too", HelpName = "N",
    };

    public static void ForCreate(CreateTaskRequest request, string? consoleSocket, int preserve) =>
        (request.Stdin, request.Stdout, request.Stderr) = With(preserve, Streams(consoleSocket));

    public static void ForExec(ExecProcessRequest request, string? consoleSocket, int preserve) =>
        (request.Stdin, request.Stdout, request.Stderr) = With(preserve, Streams(consoleSocket));

    // What the shim is told of descriptors to be kept, before stdin's own.
    private static string Keep(int preserve, string stdin) =>
        preserve == 0 ? stdin : string.Create(CultureInfo.InvariantCulture, $"preserve:{preserve}:{stdin}");

    private static (string Stdin, string Stdout, string Stderr) With(
        int preserve, (string Stdin, string Stdout, string Stderr) streams) =>
        (Keep(preserve, streams.Stdin), streams.Stdout, streams.Stderr);

    private static (string Stdin, string Stdout, string Stderr) Streams(string? consoleSocket) =>
        consoleSocket is null
            ? ("peerfd:0", "peerfd:1", "peerfd:2")
            : ("", ConsoleScheme + Path.GetFullPath(consoleSocket), "");
}
