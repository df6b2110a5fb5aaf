using ShimService.Engine.Compile.Seccomp;
using ShimService.Linux.Launch;
using ShimService.Linux.Seccomp;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// Who loads an exec's filter. The helper, so that the process is born with it: else who takes hold of the process
/// before its execve is rid of the filter. Only where the filter denies something that the process itself still has to
/// do, and no_new_privs lets it, does the process load it, last.
/// </summary>
internal readonly record struct ExecFilter(bool ByHelper, bool LimitsByHelper)
{
    internal static ExecFilter Of(ProcessSpec process, SeccompProgram? filter)
    {
        if (filter is null)
        {
            return default;
        }

        // Only the helper still has a way to tell that there is a listener.
        var byHelper = filter.Notifies || IdentitySection.LoadsWithAdmin(process, filtered: true)
            || SeccompGuard.Permits(filter, CallsAfter(process));
        return new ExecFilter(byHelper, byHelper && !SeccompGuard.Permits(filter, [SetLimit]));
    }

    /// <summary>
    /// The same where the helper has to keep its descriptors until the listener has been handed over.
    /// </summary>
    internal static IEnumerable<(
        string Step, SystemCall Call, ulong A0, ulong A1)> CallsAfterNotifying(ProcessSpec process)
    {
        yield return ("close the helper's descriptors", SystemCall.CloseRange, 3, uint.MaxValue);
        yield return ("keep the pid's page from the process", SystemCall.Madvise, 0, 0);
        yield return ("unblock signals", SystemCall.RtSigprocmask, 0, 0);
        foreach (var call in CallsAfter(process))
        {
            yield return call;
        }
    }

    /// <summary>What helper and process call once the filter stands.</summary>
    internal static IEnumerable<(string Step, SystemCall Call, ulong A0, ulong A1)> CallsAfter(ProcessSpec process)
    {
        if (!process.NoNewPrivileges)
        {
            foreach (var call in IdentitySection.CallsAfterFilter)
            {
                yield return call;
            }
        }

        yield return ("clone the process", SystemCall.Clone, (ulong)PlanBuilder.HandOverFlags, 0);
        yield return ("start a session", SystemCall.Setsid, 0, 0);
        if (process.Terminal)
        {
            yield return ("make the terminal the controlling one", SystemCall.Ioctl, 0,
                (ulong)KernelValues.SetControllingTerminal);
        }

        if (SchedulerSection.LeftToProcess(process))
        {
            yield return ("set the scheduling policy", SystemCall.SchedSetattr, 0, 0);
        }

        if (SchedulerSection.Kept(process) != 0)
        {
            yield return ("set capabilities", SystemCall.Capset, 0, 0);
        }

        yield return ("execute the program", SystemCall.Execve, 0, 0);
    }

    private static (string Step, SystemCall Call, ulong A0, ulong A1) SetLimit =>
        ("set RLIMIT_NPROC", SystemCall.Prlimit64, 0, (ulong)RlimitKind.Processes);
}
