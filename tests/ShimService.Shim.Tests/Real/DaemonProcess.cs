using ShimService.Linux;

namespace ShimService.Shim.Tests.Real;

/// <summary>A daemon a start has left behind: init's child, so nothing here can wait for it but a look.</summary>
internal static class DaemonProcess
{
    public static void Signal(int pid, int signal)
    {
        using var process = PidFds.Open(pid);
        if (process is not null)
        {
            PidFds.Signal(process, signal);
        }
    }

    /// <summary>Until it has ended, whether or not init has collected it.</summary>
    public static async Task GoneAsync(int pid)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (File.Exists($"/proc/{pid}/stat") && !IsZombie(pid))
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>It has ended: not collected yet, or gone.</summary>
    public static bool IsZombie(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }
}
