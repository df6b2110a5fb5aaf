using ShimService.Linux.Launch;
using ShimService.Linux.Seccomp;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Compile.Seccomp;

/// <summary>
/// Without no_new_privs a filter is loaded while the launch still has capabilities, so everything the launch does
/// afterwards has to pass it. A profile that denies some of that is refused before anything is started.
/// </summary>
public static class SeccompGuard
{
    /// <summary>
    /// <paramref name="after"/>: the operations from the filter to execve, with their step and what is known of the
    /// arguments. Errors: <see cref="TaskException"/>, InvalidSpec, that names the first one denied.
    /// </summary>
    public static void Check(
        SeccompProgram program, IEnumerable<(string Step, SystemCall Call, ulong A0, ulong A1)> after)
    {
        foreach ((string step, SystemCall call, ulong a0, ulong a1) in after)
        {
            SeccompVerdict verdict = Evaluate(program, call, a0, a1);
            if (!Passes(verdict))
            {
                string name = SystemCalls.Name(call);
                throw new TaskException(ErrorKind.InvalidArgument, ErrorReason.InvalidSpec,
                    $"linux.seccomp answers {verdict} to {name}, which the launch needs for \"{step}\" after the filter " +
                    $"is loaded; allow {name}, or set process.noNewPrivileges, which loads the filter last")
                {
                    Field = "linux.seccomp",
                    Step = step,
                    Hint = $"allow {name}, or set process.noNewPrivileges",
                };
            }
        }
    }

    /// <summary>Whether all of them pass.</summary>
    public static bool Permits(
        SeccompProgram program, IEnumerable<(string Step, SystemCall Call, ulong A0, ulong A1)> after)
    {
        foreach ((_, SystemCall call, ulong a0, ulong a1) in after)
        {
            if (!Passes(Evaluate(program, call, a0, a1)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Handing over the listener of a filter that notifies has to pass too. Errors: as <see cref="Check"/>.
    /// </summary>
    public static void CheckHandOver(SeccompProgram program)
    {
        const string step = "hand over the seccomp listener";
        Check(program, [(step, SystemCall.Write, 0, 0), (step, SystemCall.Read, 0, 0)]);
    }

    // The listener has been handed over by then, and whoever has it can let the call go on.
    private static bool Passes(SeccompVerdict verdict) => verdict.Permits || verdict == SeccompVerdict.Notify;

    private static SeccompVerdict Evaluate(SeccompProgram program, SystemCall call, ulong a0, ulong a1) =>
        program.Evaluate(SeccompCall.Native((uint)SystemCalls.Number(call), a0, a1));
}
