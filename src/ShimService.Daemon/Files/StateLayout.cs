using ShimService.Daemon.Configuration;
using ShimService.Network;

namespace ShimService.Daemon.Files;

/// <summary>
/// Where everything lies:
/// <code>
/// STATE/shimd.lock shimd.pid          one shimd per state directory
/// STATE/shimd.sock                    what clients dial
/// STATE/shims/NAME/                   one shim: its working directory, shim.sock, journal
/// STATE/shims/NAME/shim.json          which group it serves; "" = the idle spare
/// STATE/tasks/ID/                     one task: task.json, logs, config.json when made from a config
/// STATE/explain-NAME/                 a bundle while it is explained
/// STATE/leases/ID.json                what a container has on networks
/// ROOT/networks/NAME.json             a network
/// ROOT/shimd.lock                     one shimd per event log
/// ROOT/events/FIRST-SEQUENCE.log      the event log
/// ROOT/containers/ID/                 what a container writes and loses: upper and work of its rootfs, its volumes
/// ROOT/init                           the program of containers that ask for an init
/// ROOT/volumes/NAME/_data             named volumes, which stay; volume.json beside it
/// </code>
/// Every directory is 0700.
/// </summary>
internal sealed class StateLayout
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // sun_path is 108 bytes with its NUL (man 7 unix).
    private const int LongestSocketPath = 107;

    private readonly string _state;
    private readonly string _root;

    public StateLayout(DaemonOptions options)
    {
        _state = options.State;
        _root = options.Root;
        Socket = options.Socket ?? Path.Combine(_state, "shimd.sock");
        Shims = Path.Combine(_state, "shims");
        Tasks = Path.Combine(_state, "tasks");
        Events = Path.Combine(_root, "events");
        Containers = Path.Combine(_root, "containers");
        Volumes = Path.Combine(_root, "volumes");
        Networks = new NetworkSettings
        {
            Networks = Path.Combine(_root, "networks"),
            Leases = Path.Combine(_state, "leases"),
            Tag = _state == DaemonOptions.DefaultState ? "" : TagOf(_state),
        };
    }

    public string Socket { get; }

    public string Shims { get; }

    public string Tasks { get; }

    public string Events { get; }

    public string Containers { get; }

    public string Volumes { get; }

    /// <summary>Directories of networks and leases; made with the first of them.</summary>
    public NetworkSettings Networks { get; }

    /// <summary>Where credential specs of Windows are looked for; nobody makes it.</summary>
    public string CredentialSpecs => Path.Combine(_root, "CredentialSpecs");

    public string InitProgram => Path.Combine(_root, "init");

    public string StateLock => Path.Combine(_state, "shimd.lock");

    public string RootLock => Path.Combine(_root, "shimd.lock");

    /// <summary>A bundle that lives for one Explain; beside the tasks, so that it is never taken for one.</summary>
    public string ExplainDirectory(string name) => Path.Combine(_state, "explain-" + name);

    public string ShimDirectory(string name) => Path.Combine(Shims, name);

    public string TaskDirectory(string id) => Path.Combine(Tasks, id);

    /// <summary>Made for those that need it only.</summary>
    public string ContainerDirectory(string id) => Path.Combine(Containers, id);

    public static void MakePrivate(string directory) => Directory.CreateDirectory(directory, Private);

    /// <summary>
    /// Makes the directories. Errors: DaemonException when a socket path would not fit or a mode is open.
    /// </summary>
    public void Prepare()
    {
        var longest = Path.Combine(ShimDirectory(new string('0', ShimNameLength)), "shim.sock");
        foreach (var path in new[] { Socket, longest })
        {
            if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestSocketPath)
            {
                throw new DaemonException($"socket path {path} is longer than {LongestSocketPath} bytes; "
                    + "choose a shorter --state or --socket");
            }
        }

        foreach (var directory in new[] { _state, _root })
        {
            MakePrivate(directory);
            if ((File.GetUnixFileMode(directory) & ~Private) != 0)
            {
                // Ours by configuration: closing it is safer than serving root's containers from an open one.
                File.SetUnixFileMode(directory, Private);
            }
        }

        MakePrivate(Shims);
        MakePrivate(Tasks);
        MakePrivate(Events);
        if (Path.GetDirectoryName(Socket) is { Length: > 0 } parent && !Directory.Exists(parent))
        {
            MakePrivate(parent);
        }
    }

    // Daemons of one host have a state directory each, and must not share bridges and tables.
    private static string TagOf(string state)
    {
        const int length = 6;
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(state));
        return Convert.ToHexStringLower(hash)[..length];
    }

    /// <summary>Length of a generated shim name.</summary>
    public const int ShimNameLength = 12;
}
