using ShimService.Tasks.Values;

namespace ShimService.Engine.Launching;

/// <summary>The names by which a compiled plan and the launcher find each other.</summary>
public static class LaunchNames
{
    /// <summary>
    /// Rendezvous: the first one of a plan with a new user namespace. The engine writes the id maps (and
    /// oom_score_adj) here.
    /// </summary>
    public const string UserNamespace = "user namespace";

    /// <summary>
    /// Rendezvous: the child has opened the terminal's master, and the engine fetches it
    /// (<see cref="InitPlan.TerminalMaster"/>).
    /// </summary>
    public const string Terminal = "terminal";

    /// <summary>
    /// Rendezvous, where the spec has such hooks: everything is mounted, the root is not yet changed, and the engine
    /// runs prestart, createRuntime and createContainer.
    /// </summary>
    public const string Hooks = "hooks";

    /// <summary>
    /// Rendezvous, with a filter that notifies: it has just been loaded, and the engine hands its listener over.
    /// </summary>
    public const string Listener = "listener";

    /// <summary>Rendezvous: a tmpfs is about to hide what it shall have, and the engine copies it.</summary>
    public const string CopyUp = "copy up";

    /// <summary>The gate, and last rendezvous, of an init: Create ends here and Start opens it.</summary>
    public const string Start = "start";

    /// <summary>Descriptor: the pidfd of the container's init, for an exec's setns.</summary>
    public const string Init = "init";

    /// <summary>
    /// Rendezvous of the helper that opens <see cref="InitPlan.Sources"/>: they are open, and the engine fetches them.
    /// </summary>
    public const string Sources = "sources";

    /// <summary>Descriptor: one of <see cref="InitPlan.Sources"/>, counted from 1.</summary>
    public static string MountSource(int number) => $"mount source {number}";

    /// <summary>
    /// Descriptor: an open tasks file of a v1 hierarchy, to which the child writes "0" before all else.
    /// </summary>
    public static string CgroupTasks(string hierarchy) => $"cgroup {hierarchy}";

    /// <summary>The session keyring of a container; null = the inherited one. The same name as runc's.</summary>
    public static string? Keyring(string id, SessionKeyring keyring) =>
        keyring == SessionKeyring.Own ? $"_ses.{id}" : null;
}
