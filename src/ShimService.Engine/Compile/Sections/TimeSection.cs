using System.Globalization;
using System.Text;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// linux.timeOffsets: clocks can be set only while nobody is in the namespace, so the process makes it without entering
/// it, sets it, and is in it from its execve on. A namespace without offsets is made by clone3.
/// Source: man 7 time_namespaces; entered by execve since Linux 6.3 (exec_task_namespaces), not yet in 6.1.
/// </summary>
internal static class TimeSection
{
    private static readonly Version EnteredByExecve = new(6, 3);

    /// <summary>Whether the plan makes the namespace, in two steps.</summary>
    internal static bool IsSet(Spec spec) => spec.Linux.TimeOffsets.Count > 0;

    /// <summary>What /proc/PID/timens_offsets takes; null without offsets.</summary>
    internal static string? Text(Spec spec)
    {
        if (!IsSet(spec))
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var offset in spec.Linux.TimeOffsets)
        {
            text.Append(
                CultureInfo.InvariantCulture, $"{offset.Clock} {offset.Seconds} {offset.Nanoseconds}\n");
        }

        return text.ToString();
    }

    /// <summary>Makes the namespace. In a user namespace before the rendezvous at which the engine sets it.</summary>
    internal static void Make(Compilation compilation)
    {
        if (compilation.Input.Host.Kernel < EnteredByExecve)
        {
            throw new SpecException("linux.timeOffsets",
                $"this kernel, {compilation.Input.Host.Kernel}, lets no process enter a time namespace it has set; Linux "
                + $"{EnteredByExecve} does. Leave the offsets out, or make the namespace first and give its path",
                SpecProblem.Unsupported);
        }

        compilation.Plan.Call("make a time namespace", Clauses.TimeOffsets, SystemCall.Unshare, NamespaceFlags.Time);
    }

    /// <summary>
    /// Opens the file while the process still has the host's rights to it; null where there is nothing to set, or the
    /// engine does it.
    /// </summary>
    internal static PlanResult? Open(Compilation compilation) =>
        IsSet(compilation.Spec) && !compilation.ForeignUserNamespace
        ? compilation.Plan.Call("open the clocks' offsets", Clauses.TimeOffsets, SystemCall.Openat,
            KernelValues.WorkingDirectory, "/proc/self/timens_offsets", OpenFlags.WriteOnly | OpenFlags.CloseOnExec, 0)
        : null;

    internal static void Set(Compilation compilation, PlanResult file)
    {
        Make(compilation);
        var bytes = Encoding.ASCII.GetBytes(Text(compilation.Spec)!);
        compilation.Plan.Call(
            "set the clocks' offsets", Clauses.TimeOffsets, SystemCall.Write, file, bytes, bytes.Length)
            .AtLeast(bytes.Length).On("linux.timeOffsets").Hint(Hint);
    }

    /// <summary>ERANGE of the write.</summary>
    internal const string Hint =
        "a clock can neither start before 0 nor run past 146 years; bring linux.timeOffsets nearer to 0";
}
