using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>Rules for linux.seccomp.</summary>
internal static class SeccompRules
{
    private static readonly string[] Architectures =
    [
        "X86", "X86_64", "X32", "ARM", "AARCH64", "MIPS", "MIPS64", "MIPS64N32", "MIPSEL", "MIPSEL64", "MIPSEL64N32",
        "PPC", "PPC64", "PPC64LE", "S390", "S390X", "PARISC", "PARISC64", "RISCV64", "LOONGARCH64", "M68K", "SH",
        "SHEB",
    ];

    internal static void Check(LinuxSeccomp seccomp, string field)
    {
        UnsupportedValues.CheckSeccompAction(seccomp.DefaultAction, $"{field}.defaultAction");
        CheckErrno(seccomp.DefaultAction, seccomp.DefaultErrnoRet, $"{field}.defaultErrnoRet");
        for (var i = 0; i < seccomp.Architectures.Count; i++)
        {
            CheckArchitecture(seccomp.Architectures[i], $"{field}.architectures[{i}]");
        }

        if (seccomp.ListenerMetadata.Length > 0 && seccomp.ListenerPath.Length == 0)
        {
            throw new SpecException($"{field}.listenerMetadata", "needs a listenerPath");
        }

        for (var i = 0; i < seccomp.Syscalls.Count; i++)
        {
            CheckRule(seccomp.Syscalls[i], $"{field}.syscalls[{i}]");
        }
    }

    private static void CheckRule(LinuxSyscallRule rule, string field)
    {
        if (rule.Names.Count == 0)
        {
            throw new SpecException($"{field}.names", "needs at least one entry");
        }

        for (var i = 0; i < rule.Names.Count; i++)
        {
            if (rule.Names[i].Length == 0)
            {
                throw new SpecException($"{field}.names[{i}]", "must not be empty");
            }
        }

        UnsupportedValues.CheckSeccompAction(rule.Action, $"{field}.action");
        CheckErrno(rule.Action, rule.ErrnoRet, $"{field}.errnoRet");
        for (var i = 0; i < rule.Args.Count; i++)
        {
            if (rule.Args[i].Index > 5)
            {
                throw new SpecException($"{field}.args[{i}].index", "must be from 0 to 5");
            }
        }
    }

    private static void CheckErrno(SeccompAction action, uint? value, string field)
    {
        if (value is null)
        {
            return;
        }

        if (action is not (SeccompAction.Errno or SeccompAction.Trace))
        {
            throw new SpecException(field, "only goes with SCMP_ACT_ERRNO and SCMP_ACT_TRACE");
        }

        // SECCOMP_RET_DATA has 16 bits.
        if (value > ushort.MaxValue)
        {
            throw new SpecException(field, "must be from 0 to 65535");
        }
    }

    private static void CheckArchitecture(string name, string field)
    {
        const string prefix = "SCMP_ARCH_";
        if (!name.StartsWith(prefix, StringComparison.Ordinal)
            || Array.IndexOf(Architectures, name[prefix.Length..]) < 0)
        {
            throw new SpecException(field, $"\"{name}\" is not an architecture");
        }
    }
}
