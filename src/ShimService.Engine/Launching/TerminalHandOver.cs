using ShimService.Engine.Stdio;
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
        stdio.UseTerminal(OtherProcess.FetchDescriptor(process.PidFd, number));
    }
}
