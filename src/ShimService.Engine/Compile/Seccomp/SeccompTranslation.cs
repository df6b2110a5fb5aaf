using ShimService.Linux.Seccomp;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Seccomp;

/// <summary>
/// linux.seccomp as the compiler takes it. Pure. Source: OCI runtime-spec 1.3.0 config-linux.md#seccomp.
/// </summary>
internal static class SeccompTranslation
{
    private const ushort EPERM = 1;

    public static SeccompProfile Translate(LinuxSeccomp seccomp)
    {
        SeccompRule[] rules = new SeccompRule[seccomp.Syscalls.Count];
        for (int i = 0; i < rules.Length; i++)
        {
            LinuxSyscallRule rule = seccomp.Syscalls[i];
            SeccompCondition[] conditions = new SeccompCondition[rule.Args.Count];
            for (int j = 0; j < conditions.Length; j++)
            {
                LinuxSeccompArg arg = rule.Args[j];
                conditions[j] = new SeccompCondition((int)arg.Index, Comparison(arg.Op), arg.Value, arg.ValueTwo);
            }

            rules[i] = new SeccompRule(
                rule.Names, Verdict(rule.Action, rule.ErrnoRet), conditions);
        }

        SeccompVerdict otherwise = Verdict(seccomp.DefaultAction, seccomp.DefaultErrnoRet);
        return new SeccompProfile(otherwise, rules)
        {
            Architectures = Architectures(seccomp.Architectures),
            Flags = Flags(seccomp.Flags),
        };
    }

    private static SeccompVerdict Verdict(SeccompAction action, uint? errno) => action switch
    {
        SeccompAction.KillThread => SeccompVerdict.KillThread,
        SeccompAction.KillProcess => SeccompVerdict.KillProcess,
        SeccompAction.Trap => SeccompVerdict.Trap,
        SeccompAction.Errno => SeccompVerdict.Errno((ushort)(errno ?? EPERM)),
        SeccompAction.Trace => SeccompVerdict.Trace((ushort)(errno ?? EPERM)),
        SeccompAction.Allow => SeccompVerdict.Allow,
        SeccompAction.Log => SeccompVerdict.Log,
        SeccompAction.Notify => SeccompVerdict.Notify,
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    private static SeccompComparison Comparison(SeccompOperator op) => op switch
    {
        SeccompOperator.NotEqual => SeccompComparison.NotEqual,
        SeccompOperator.LessThan => SeccompComparison.LessThan,
        SeccompOperator.LessOrEqual => SeccompComparison.LessOrEqual,
        SeccompOperator.Equal => SeccompComparison.Equal,
        SeccompOperator.GreaterOrEqual => SeccompComparison.GreaterOrEqual,
        SeccompOperator.GreaterThan => SeccompComparison.GreaterThan,
        SeccompOperator.MaskedEqual => SeccompComparison.MaskedEqual,
        _ => throw new ArgumentOutOfRangeException(nameof(op)),
    };

    // The others are of machines this engine does not run on, whose calls no kernel here can receive.
    private static List<SeccompArchitecture> Architectures(IReadOnlyList<string> names)
    {
        List<SeccompArchitecture> architectures = [];
        foreach (string name in names)
        {
            SeccompArchitecture? architecture = name switch
            {
                "SCMP_ARCH_X86_64" => SeccompArchitecture.X64,
                "SCMP_ARCH_X86" => SeccompArchitecture.X86,
                "SCMP_ARCH_X32" => SeccompArchitecture.X32,
                "SCMP_ARCH_AARCH64" => SeccompArchitecture.Arm64,
                "SCMP_ARCH_ARM" => SeccompArchitecture.Arm,
                _ => null,
            };
            if (architecture is { } known)
            {
                architectures.Add(known);
            }
        }

        return architectures;
    }

    // Absent is not empty: what everybody does without being told is to leave speculation as it is.
    private static SeccompFlags Flags(IReadOnlyList<SeccompFlag>? given)
    {
        if (given is null)
        {
            return SeccompFlags.SpeculationAllowed;
        }

        SeccompFlags flags = SeccompFlags.None;
        foreach (SeccompFlag flag in given)
        {
            flags |= flag switch
            {
                SeccompFlag.Tsync => SeccompFlags.ThreadSync,
                SeccompFlag.Log => SeccompFlags.Log,
                SeccompFlag.SpecAllow => SeccompFlags.SpeculationAllowed,
                SeccompFlag.WaitKillableRecv => SeccompFlags.WaitKillable,
                _ => throw new ArgumentOutOfRangeException(nameof(given)),
            };
        }

        return flags;
    }
}
