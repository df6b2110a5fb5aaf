using ShimService.Linux.Abi;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>Settings of the process this code runs in.</summary>
public static class ThisProcess
{
    /// <summary>Orphaned descendants become this process's children, so their exits arrive here. man 2 prctl.</summary>
    public static void BecomeSubreaper() => Set(ProcessControl.SetChildSubreaper, 1, "subreaper");

    /// <summary>
    /// No core dump, and no look into its memory by processes of the same user without CAP_SYS_PTRACE; children that
    /// have not executed yet inherit it.
    /// </summary>
    public static void ForbidDumps() => Set(ProcessControl.SetDumpable, 0, "dumpable");

    /// <summary>As the kernel says now: 1 once the parent has ended.</summary>
    public static int ParentId => NativeProcess.ParentId();

    /// <summary>
    /// Makes a cookie for this process group: its members, and what they launch from now on, share a core's threads
    /// with nobody else. Errors: KernelException; ENODEV or EINVAL where the kernel or the processor has no such thing.
    /// Source: kernel admin-guide/hw-vuln/core-scheduling.rst.
    /// </summary>
    public static void ShareCores()
    {
        const int create = 1;
        const int processGroup = 2;
        Kernel.Check(
            NativeProcess.Control((int)ProcessControl.SchedulingCore, create, 0, processGroup, 0),
            "prctl",
            "core scheduling");
    }

    /// <summary>
    /// Nobody can open the file this process runs from for writing through its /proc/PID/exe: the mount it was executed
    /// from is read-only. Errors: KernelException.
    /// </summary>
    public static bool RunsFromReadOnlyMount()
    {
        using var program = Files.Open("/proc/self/exe", OpenFlags.Path);
        return NativeFile.IsOnReadOnlyMount(program.Number);
    }

    /// <summary>The effective one.</summary>
    public static uint UserId => NativeProcess.UserId();

    /// <summary>How many CPUs the calling thread may run on.</summary>
    public static int AllowedCpus() => NativeProcess.AllowedCpus();

    /// <summary>How many CPUs are on.</summary>
    public static int OnlineCpus() => NativeProcess.OnlineCpus();

    private static void Set(ProcessControl option, nint value, string subject) =>
        Kernel.Check(NativeProcess.Control((int)option, value, 0, 0, 0), "prctl", subject);
}
