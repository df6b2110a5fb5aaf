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
        if (seccomp.DefaultAction == SeccompAction.Notify)
        {
            throw new SpecException($"{field}.defaultAction",
                "must not be SCMP_ACT_NOTIFY: nobody could answer before the listener is handed over");
        }

        CheckErrno(seccomp.DefaultAction, seccomp.DefaultErrnoRet, $"{field}.defaultErrnoRet");
        for (var i = 0; i < seccomp.Architectures.Count; i++)
        {
            CheckArchitecture(seccomp.Architectures[i], $"{field}.architectures[{i}]");
        }

        if (seccomp.ListenerMetadata.Length > 0 && seccomp.ListenerPath.Length == 0)
        {
            throw new SpecException($"{field}.listenerMetadata", "needs a listenerPath");
        }

        PathRules.CheckText(seccomp.ListenerPath, $"{field}.listenerPath");
        for (var i = 0; i < seccomp.Syscalls.Count; i++)
        {
            if (seccomp.Syscalls[i].Action == SeccompAction.Notify && !seccomp.ListenerPath.StartsWith('/'))
            {
                throw new SpecException($"{field}.listenerPath", seccomp.ListenerPath.Length == 0
                    ? "is required by SCMP_ACT_NOTIFY"
                    : $"\"{seccomp.ListenerPath}\" must be an absolute path");
            }

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

        for (var i = 0; rule.Action == SeccompAction.Notify && i < rule.Names.Count; i++)
        {
            if (rule.Names[i] == "write")
            {
                throw new SpecException(
                    $"{field}.names[{i}]", "SCMP_ACT_NOTIFY cannot be for write, which the listener is handed over with");
            }
        }

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
