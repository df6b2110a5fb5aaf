using System.CommandLine;

namespace ShimService.Cli.Arguments;

/// <summary>The options that describe a container, shared by run, create and explain.</summary>
internal sealed class ContainerOptions
{
    public Option<string?> Rootfs { get; } = Text("--rootfs", "DIR", "directory with the root filesystem");

    public Option<string?> Bundle { get; } =
        Text("--bundle", "DIR", "OCI bundle: config.json and its root filesystem", "-b");

    public Option<string?> Id { get; } = Text("--id", "ID", "container id; made up when absent", "--name");

    public Option<bool> Terminal { get; } = new("--tty", "-t") { Description = "give the container a terminal" };

    public Option<bool> Interactive { get; } = new("--interactive", "-i") { Description = "keep its stdin open" };

    public Option<string[]> Env { get; } =
        Many("--env", "NAME=VALUE", "environment variable; NAME alone takes ours", "-e");

    public Option<string?> Cwd { get; } = Text("--workdir", "DIR", "working directory", "-w");

    public Option<string?> User { get; } = Text("--user", "USER[:GROUP]", "user and group, by name or number", "-u");

    public Option<string[]> GroupAdd { get; } = Many("--group-add", "GROUP", "additional group, by name or number");

    public Option<string?> Memory { get; } = Text("--memory", "AMOUNT", "memory limit: 64m, 1g", "-m");

    public Option<string?> MemorySwap { get; } =
        Text("--memory-swap", "AMOUNT", "memory and swap together; -1 = no limit");

    public Option<double?> Cpus { get; } =
        new("--cpus") { Description = "CPU limit: 1.5 = one and a half", HelpName = "N" };

    public Option<ulong?> CpuShares { get; } =
        new("--cpu-shares") { Description = "relative weight, 2 to 262144", HelpName = "N" };

    public Option<string?> CpusetCpus { get; } = Text("--cpuset-cpus", "LIST", "CPUs it may run on: 0-2,7");

    public Option<long?> PidsLimit { get; } =
        new("--pids-limit") { Description = "most processes; -1 = no limit", HelpName = "N" };

    public Option<string?> Hostname { get; } = Text("--hostname", "NAME", "host name; default: the id", "-h");

    public Option<string[]> Mounts { get; } = Many("--mount", "type=…,source=…,destination=…", "a mount");

    public Option<string[]> Volumes { get; } =
        Many("--volume", "[SOURCE:]DESTINATION[:MODE]", "a directory of the host or a volume", "-v");

    public Option<string[]> Tmpfs { get; } = Many("--tmpfs", "DESTINATION[:OPTIONS]", "an empty file system in memory");

    public Option<bool> ReadOnly { get; } =
        new("--read-only") { Description = "the root filesystem cannot be written" };

    public Option<string[]> CapAdd { get; } =
        Many("--cap-add", "NAME", "capability on top of the default ones, or ALL");

    public Option<string[]> CapDrop { get; } = Many("--cap-drop", "NAME", "capability to take away, or ALL");

    public Option<string[]> SecurityOpt { get; } =
        Many("--security-opt", "WORD", "no-new-privileges, seccomp=…, apparmor=…, systempaths=unconfined, …");

    public Option<bool> AutoRemove { get; } =
        new("--rm") { Description = "the container and what is its alone go when it has exited" };

    public NetworkOptions Network { get; } = new();

    public Option<string?> Pid { get; } =
        Text("--pid", "MODE", "private (default), host, container:ID, or a namespace's path");

    public Option<string?> Ipc { get; } =
        Text("--ipc", "MODE", "private (default), shareable, none, host, container:ID");

    public Option<string[]> Devices { get; } = Many("--device", "PATH[:PATH[:rwm]]", "a device node of the host");

    public Option<string[]> Labels { get; } = Many("--label", "NAME=VALUE", "a label", "-l");

    public Option<string?> Group { get; } =
        Text("--group", "NAME", "which shim: absent = the shared one, own = one for it alone");

    public Argument<string[]> Command { get; } = new("command")
    {
        Description = "program and arguments; with --bundle: the container's id",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public ResourceOptions Limits { get; } = new();

    public IsolationOptions Isolation { get; } = new();

    public NamingOptions Naming { get; } = new();

    public IEnumerable<Symbol> Symbols =>
    [
        Rootfs, Bundle, Id, Terminal, Interactive, Env, Cwd, User, GroupAdd, Memory, MemorySwap, Cpus, CpuShares,
        CpusetCpus, PidsLimit, Hostname, Mounts, Volumes, Tmpfs, ReadOnly, CapAdd, CapDrop, SecurityOpt, Pid, Ipc,
        Devices, Labels, Group, AutoRemove, .. Network.Symbols, .. Limits.Symbols, .. Isolation.Symbols,
        .. Naming.Symbols, Command,
    ];

    public static Option<string?> Text(string name, string help, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = help, Description = description };

    public static Option<string[]> Many(string name, string help, string description, params string[] aliases) =>
        new(name, aliases)
        {
            HelpName = help,
            Description = description,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = static _ => [],
        };
}
