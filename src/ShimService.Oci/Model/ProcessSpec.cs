namespace ShimService.Oci.Model;

/// <summary>The process to run. Source: OCI runtime-spec 1.3.0 config.md#process.</summary>
public sealed record ProcessSpec
{
    public bool Terminal { get; init; }

    /// <summary>Null when absent or when a side is zero; only looked at with <see cref="Terminal"/>.</summary>
    public ConsoleSize? ConsoleSize { get; init; }

    /// <summary>Absolute, inside the container.</summary>
    public string Cwd { get; init; } = "";

    /// <summary>NAME=value, in the order given; of duplicates the last one counts.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    public IReadOnlyList<string> Args { get; init; } = [];

    public UserSpec User { get; init; } = new();

    /// <summary>Null when absent: every set is cleared, as with five empty lists.</summary>
    public LinuxCapabilities? Capabilities { get; init; }

    public bool NoNewPrivileges { get; init; }

    public IReadOnlyList<PosixRlimit> Rlimits { get; init; } = [];

    /// <summary>Empty = the one of whoever started the shim.</summary>
    public string ApparmorProfile { get; init; } = "";

    /// <inheritdoc cref="ApparmorProfile"/>
    public string SelinuxLabel { get; init; } = "";

    /// <summary>−1000 to 1000; null = leave what is inherited.</summary>
    public int? OomScoreAdj { get; init; }

    /// <summary>Null = leave what is inherited.</summary>
    public IoPriority? IoPriority { get; init; }

    /// <summary>Null = leave what is inherited.</summary>
    public ProcessScheduler? Scheduler { get; init; }

    /// <summary>Of execs only. Null: their processes may run wherever the container's cgroup lets them.</summary>
    public ExecCpuAffinity? ExecCpuAffinity { get; init; }

    /// <summary>
    /// Reads and validates a process object alone, as Exec takes it. Errors: <see cref="SpecException"/>.
    /// </summary>
    public static ProcessSpec Parse(ReadOnlySpan<byte> utf8)
    {
        var process = Oci.Parse.SpecReader.ReadProcess(utf8);
        Validation.ProcessRules.Check(process, "process");
        return process;
    }
}
