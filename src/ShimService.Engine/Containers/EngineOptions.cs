using ShimService.Engine.Resctrl;

namespace ShimService.Engine.Containers;

/// <summary>Limits of the engine.</summary>
public sealed record EngineOptions
{
    /// <summary>From the clone to the gate, and from the gate to execve. Then the child is killed.</summary>
    public TimeSpan LaunchLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a cgroup may take to freeze or thaw.</summary>
    public TimeSpan FreezeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long killed processes may take to go, and their cgroup with them.</summary>
    public TimeSpan RemoveLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long after an exec was killed the exit of its container's init may come, which was the reason.
    /// </summary>
    public TimeSpan InitExitLimit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a hook may take that names no timeout of its own. Then it is killed, and has failed.</summary>
    public TimeSpan HookLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long an OCI runtime's program may take over one verb. Then it is killed, and has failed.</summary>
    public TimeSpan RuntimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long systemd may take over a unit, where it is to make the cgroup.</summary>
    public TimeSpan SystemdLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Sockets at which systemd may answer; null = those of the host.</summary>
    public IReadOnlyList<string>? SystemBusSockets { get; init; }

    /// <summary>Where the resctrl file system is mounted, for linux.intelRdt.</summary>
    public string ResctrlRoot { get; init; } = ResctrlGroup.MountPoint;

    /// <summary>
    /// Sees each directory after it is made there, and before it is removed: what a test has for a kernel.
    /// </summary>
    internal Action<string, ResctrlStep>? ResctrlSees { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Told, in a sentence, what no caller can be told: something left behind by an undo. Any thread.
    /// </summary>
    public Action<string> OnWarning { get; init; } = static _ => { };
}
