namespace ShimService.Linux.Seccomp;

/// <summary>
/// What the kernel does with a system call: the value a filter returns. Source: man 2 seccomp,
/// include/uapi/linux/seccomp.h.
/// </summary>
public readonly record struct SeccompVerdict(uint Value)
{
    private const uint ErrnoAction = 0x00050000;
    private const uint TraceAction = 0x7FF00000;
    private const uint ActionMask = 0xFFFF0000;

    public static SeccompVerdict KillThread => new(0);

    public static SeccompVerdict KillProcess => new(0x80000000);

    public static SeccompVerdict Trap => new(0x00030000);

    /// <summary>Whoever holds the filter's listener decides. Linux ≥ 5.0.</summary>
    public static SeccompVerdict Notify => new(0x7FC00000);

    public static SeccompVerdict Log => new(0x7FFC0000);

    public static SeccompVerdict Allow => new(0x7FFF0000);

    /// <summary>Whether the call is made: allowed, or logged and allowed.</summary>
    public bool Permits => Value == Allow.Value || Value == Log.Value;

    /// <summary>Whether a call no rule names gets through, or may: then nothing is denied for being unknown.</summary>
    internal bool IsPermissive => Permits || (Value & ActionMask) == TraceAction;

    public static SeccompVerdict Errno(ushort errno) => new(ErrnoAction | errno);

    public static SeccompVerdict Trace(ushort data) => new(TraceAction | data);

    public override string ToString() => (Value & ActionMask) switch
    {
        0 => "KILL_THREAD",
        0x80000000 => "KILL_PROCESS",
        0x00030000 => "TRAP",
        ErrnoAction => $"ERRNO({(Errors.Errno)(Value & ~ActionMask)})",
        TraceAction => $"TRACE({Value & ~ActionMask})",
        0x7FC00000 => "NOTIFY",
        0x7FFC0000 => "LOG",
        0x7FFF0000 => "ALLOW",
        _ => $"0x{Value:x8}",
    };
}
