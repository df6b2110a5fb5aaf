namespace ShimService.Cli.Direct;

/// <summary>Who holds a terminal's other end: we while we stay, a console socket when we leave. Pure.</summary>
internal static class TerminalRule
{
    /// <exception cref="CliException">Nobody would hold it, or two would.</exception>
    public static void Check(bool terminal, LaunchMode mode, string? consoleSocket)
    {
        switch (terminal, mode, consoleSocket)
        {
            case (true, LaunchMode.Detached, null):
                throw new CliException(
                    "cannot allocate tty if shimctl will detach without setting console socket", ExitStatus.RuncStyle);
            case (true, LaunchMode.Attached, { }) or (false, _, { }):
                throw new CliException(
                    "cannot use console socket if shimctl will not detach or allocate tty", ExitStatus.RuncStyle);
        }
    }
}
