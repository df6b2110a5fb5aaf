using ShimService.Cli.Terminal;

namespace ShimService.Cli.Output;

/// <summary>Says on a terminal what we are waiting for, once the wait is longer than a person likes.</summary>
internal static class Patience
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(800);

    public static async Task<T> WhileAsync<T>(string what, Task<T> work)
    {
        if (!TerminalSize.IsTerminal(2) || await Task.WhenAny(work, Task.Delay(Quiet)) == work)
        {
            return await work;
        }

        OutputWriter.Error.Text($"{what} …");
        try
        {
            return await work;
        }
        finally
        {
            OutputWriter.Error.Text("\r\e[K");
        }
    }
}
