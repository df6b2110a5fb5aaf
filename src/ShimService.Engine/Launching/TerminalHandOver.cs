using ShimService.Engine.Stdio;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Launching;

/// <summary>Takes the master of the terminal that the child opened in its own devpts.</summary>
internal static class TerminalHandOver
{
    /// <summary>Errors: KernelException; TaskException of the console socket.</summary>
    public static void Fetch(LaunchedProcess process, int? master, ProcessStdio stdio)
    {
        var number = master ?? throw new InvalidOperationException("the plan stops for a terminal it does not name");
        var terminal = OtherProcess.FetchDescriptor(process.Runner, number);
        if (DeviceNode.Of(terminal) is not { IsBlock: false, Major: 5, Minor: 2 })
        {
            // An exec opens what the container has at /dev/pts/ptmx, and that may be a file that stalls its readers.
            terminal.Dispose();
            throw new KernelException("open", Errno.ENOTTY, "/dev/pts/ptmx",
                "what the container has there is not the terminal multiplexer (character device 5:2)");
        }

        stdio.UseTerminal(terminal);
    }
}
