using System.Globalization;
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

    /// <summary>
    /// Our own form, before stdin's: so many descriptors of the caller from 3 on go along ("preserve:2:peerfd:0", runc's
    /// --preserve-fds).
    /// </summary>
    private const string PreserveScheme = "preserve:";

    public static StdioRequest Read(string stdin, string stdout, string stderr, bool terminal, RpcContext context)
    {
        var preserved = 0;
        var rest = stdin.StartsWith(PreserveScheme, StringComparison.Ordinal)
            ? stdin.IndexOf(':', PreserveScheme.Length)
            : -1;
        if (rest > 0 && int.TryParse(
            stdin.AsSpan(PreserveScheme.Length, rest - PreserveScheme.Length), NumberStyles.None,
            CultureInfo.InvariantCulture, out preserved))
        {
            stdin = stdin[(rest + 1)..];
        }

        return Read(stdin, stdout, stderr, terminal, context.Peer?.Pid) with { Preserved = preserved };
    }

    private static StdioRequest Read(string stdin, string stdout, string stderr, bool terminal, int? peer) =>
        stdout.StartsWith(ConsoleScheme, StringComparison.Ordinal)
            ? new StdioRequest("", "", "", terminal)
            {
                PeerPid = peer,
                ConsoleSocket = stdout[ConsoleScheme.Length..],
            }
            : new StdioRequest(stdin, stdout, stderr, terminal) { PeerPid = peer };
}
