using System.Diagnostics;

namespace ShimService.Daemon.Shims;

/// <summary>
/// The process of a shim, told apart from a later one with the same pid by its start time
/// (man 5 proc_pid_stat, field 22, clock ticks since boot).
/// </summary>
internal readonly record struct ShimProcess(int Pid, string StartTicks)
{
    private const int FieldsAfterName = 19;

    public static ShimProcess Of(int pid) => new(pid, ReadStartTicks(pid));

    public bool IsAlive => StartTicks.Length > 0 && ReadStartTicks(Pid) == StartTicks;

    /// <summary>Ends a shim that does not answer. One that is gone is no error.</summary>
    public void Kill()
    {
        if (!IsAlive)
        {
            return;
        }

        try
        {
            using var process = Process.GetProcessById(Pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It went in between.
        }
    }

    private static string ReadStartTicks(int pid)
    {
        try
        {
            // The name in parentheses may hold anything, so count from its end.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[FieldsAfterName];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
