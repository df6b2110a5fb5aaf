using ShimService.Rpc;
using ShimService.Tasks.Ports;

namespace ShimService.Shim.Handlers.Mapping;

/// <summary>From the Task API's three strings to the port's request. Pure.</summary>
internal static class StdioForms
{
    /// <summary>
    /// Our own form, in stdout: this unix socket gets the terminal's master (runc's --console-socket).
    /// </summary>
    private const string ConsoleScheme = "console-socket://";

    public static StdioRequest Read(string stdin, string stdout, string stderr, bool terminal, RpcContext context) =>
        stdout.StartsWith(ConsoleScheme, StringComparison.Ordinal)
            ? new StdioRequest("", "", "", terminal)
            {
                PeerPid = context.Peer?.Pid,
                ConsoleSocket = stdout[ConsoleScheme.Length..],
            }
            : new StdioRequest(stdin, stdout, stderr, terminal) { PeerPid = context.Peer?.Pid };
}
