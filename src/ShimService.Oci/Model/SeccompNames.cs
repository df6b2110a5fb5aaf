namespace ShimService.Oci.Model;

/// <summary>How a spec spells what seccomp does: the names of libseccomp.</summary>
public static class SeccompNames
{
    public static SeccompAction? FindAction(string name) => name switch
    {
        "SCMP_ACT_KILL" => SeccompAction.KillThread,
        "SCMP_ACT_KILL_THREAD" => SeccompAction.KillThread,
        "SCMP_ACT_KILL_PROCESS" => SeccompAction.KillProcess,
        "SCMP_ACT_TRAP" => SeccompAction.Trap,
        "SCMP_ACT_ERRNO" => SeccompAction.Errno,
        "SCMP_ACT_TRACE" => SeccompAction.Trace,
        "SCMP_ACT_ALLOW" => SeccompAction.Allow,
        "SCMP_ACT_LOG" => SeccompAction.Log,
        "SCMP_ACT_NOTIFY" => SeccompAction.Notify,
        _ => null,
    };

    public static string Text(SeccompAction value) => value switch
    {
        SeccompAction.KillThread => "SCMP_ACT_KILL",
        SeccompAction.KillProcess => "SCMP_ACT_KILL_PROCESS",
        SeccompAction.Trap => "SCMP_ACT_TRAP",
        SeccompAction.Errno => "SCMP_ACT_ERRNO",
        SeccompAction.Trace => "SCMP_ACT_TRACE",
        SeccompAction.Allow => "SCMP_ACT_ALLOW",
        SeccompAction.Log => "SCMP_ACT_LOG",
        SeccompAction.Notify => "SCMP_ACT_NOTIFY",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    public static SeccompFlag? FindFlag(string name) => name switch
    {
        "SECCOMP_FILTER_FLAG_TSYNC" => SeccompFlag.Tsync,
        "SECCOMP_FILTER_FLAG_LOG" => SeccompFlag.Log,
        "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => SeccompFlag.SpecAllow,
        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => SeccompFlag.WaitKillableRecv,
        _ => null,
    };

    public static string Text(SeccompFlag value) => value switch
    {
        SeccompFlag.Tsync => "SECCOMP_FILTER_FLAG_TSYNC",
        SeccompFlag.Log => "SECCOMP_FILTER_FLAG_LOG",
        SeccompFlag.SpecAllow => "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
        SeccompFlag.WaitKillableRecv => "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    public static SeccompOperator? FindOperator(string name) => name switch
    {
        "SCMP_CMP_NE" => SeccompOperator.NotEqual,
        "SCMP_CMP_LT" => SeccompOperator.LessThan,
        "SCMP_CMP_LE" => SeccompOperator.LessOrEqual,
        "SCMP_CMP_EQ" => SeccompOperator.Equal,
        "SCMP_CMP_GE" => SeccompOperator.GreaterOrEqual,
        "SCMP_CMP_GT" => SeccompOperator.GreaterThan,
        "SCMP_CMP_MASKED_EQ" => SeccompOperator.MaskedEqual,
        _ => null,
    };

    public static string Text(SeccompOperator value) => value switch
    {
        SeccompOperator.NotEqual => "SCMP_CMP_NE",
        SeccompOperator.LessThan => "SCMP_CMP_LT",
        SeccompOperator.LessOrEqual => "SCMP_CMP_LE",
        SeccompOperator.Equal => "SCMP_CMP_EQ",
        SeccompOperator.GreaterOrEqual => "SCMP_CMP_GE",
        SeccompOperator.GreaterThan => "SCMP_CMP_GT",
        SeccompOperator.MaskedEqual => "SCMP_CMP_MASKED_EQ",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };
}
