using ShimService.Linux.Seccomp;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Seccomp;

/// <summary>
/// Calls that a profile names and no machine has are left out, since profiles are written for kernels to come. An
/// annotation makes them an error, for who wants to know. Source: crun.1 "run.oci.seccomp_fail_unknown_syscall".
/// </summary>
internal static class KnownCalls
{
    private const string Annotation = "run.oci.seccomp_fail_unknown_syscall";

    /// <summary>Errors: SpecException with the name's field.</summary>
    public static void Check(LinuxSeccomp seccomp, IReadOnlyDictionary<string, string> annotations)
    {
        if (annotations.Count == 0 || !annotations.ContainsKey(Annotation))
        {
            return;
        }

        for (var i = 0; i < seccomp.Syscalls.Count; i++)
        {
            var names = seccomp.Syscalls[i].Names;
            for (var j = 0; j < names.Count; j++)
            {
                if (!SeccompCompiler.Knows(names[j]))
                {
                    throw new SpecException($"linux.seccomp.syscalls[{i}].names[{j}]",
                        $"\"{names[j]}\" is not a system call this engine knows, and the annotation {Annotation} makes that "
                        + "an error");
                }
            }
        }
    }
}
