namespace ShimService.Oci.Model;

/// <summary>How a spec spells the resource limits.</summary>
public static class RlimitNames
{
    public static RlimitKind? Find(string name) => name switch
    {
        "RLIMIT_CPU" => RlimitKind.Cpu,
        "RLIMIT_FSIZE" => RlimitKind.FileSize,
        "RLIMIT_DATA" => RlimitKind.Data,
        "RLIMIT_STACK" => RlimitKind.Stack,
        "RLIMIT_CORE" => RlimitKind.Core,
        "RLIMIT_RSS" => RlimitKind.ResidentSet,
        "RLIMIT_NPROC" => RlimitKind.Processes,
        "RLIMIT_NOFILE" => RlimitKind.OpenFiles,
        "RLIMIT_MEMLOCK" => RlimitKind.LockedMemory,
        "RLIMIT_AS" => RlimitKind.AddressSpace,
        "RLIMIT_LOCKS" => RlimitKind.Locks,
        "RLIMIT_SIGPENDING" => RlimitKind.PendingSignals,
        "RLIMIT_MSGQUEUE" => RlimitKind.MessageQueues,
        "RLIMIT_NICE" => RlimitKind.Nice,
        "RLIMIT_RTPRIO" => RlimitKind.RealtimePriority,
        "RLIMIT_RTTIME" => RlimitKind.RealtimeTime,
        _ => null,
    };

    public static string Text(RlimitKind value) => value switch
    {
        RlimitKind.Cpu => "RLIMIT_CPU",
        RlimitKind.FileSize => "RLIMIT_FSIZE",
        RlimitKind.Data => "RLIMIT_DATA",
        RlimitKind.Stack => "RLIMIT_STACK",
        RlimitKind.Core => "RLIMIT_CORE",
        RlimitKind.ResidentSet => "RLIMIT_RSS",
        RlimitKind.Processes => "RLIMIT_NPROC",
        RlimitKind.OpenFiles => "RLIMIT_NOFILE",
        RlimitKind.LockedMemory => "RLIMIT_MEMLOCK",
        RlimitKind.AddressSpace => "RLIMIT_AS",
        RlimitKind.Locks => "RLIMIT_LOCKS",
        RlimitKind.PendingSignals => "RLIMIT_SIGPENDING",
        RlimitKind.MessageQueues => "RLIMIT_MSGQUEUE",
        RlimitKind.Nice => "RLIMIT_NICE",
        RlimitKind.RealtimePriority => "RLIMIT_RTPRIO",
        RlimitKind.RealtimeTime => "RLIMIT_RTTIME",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };
}
