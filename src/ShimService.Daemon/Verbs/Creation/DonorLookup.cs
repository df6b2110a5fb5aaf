using System.Globalization;
using ShimService.Contracts.V1;
using ShimService.Daemon.Files;
using ShimService.Daemon.Host;
using ShimService.Daemon.Registry;
using ShimService.Oci;
using ShimService.Oci.Build;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>Finds the running containers whose namespaces a config wants to join.</summary>
internal sealed class DonorLookup(TaskRegistry registry)
{
    private const string Container = "container:";

    private static readonly Dictionary<string, DonorConfig> None = [];

    /// <summary>Errors: NotFound for an unknown id; SpecException for one that does not run.</summary>
    public async Task<IReadOnlyDictionary<string, DonorConfig>> FindAsync(NamespacesConfig modes)
    {
        Dictionary<string, DonorConfig>? found = null;
        foreach (var (mode, field) in Modes(modes))
        {
            if (mode.Length > Container.Length && mode.StartsWith(Container, StringComparison.Ordinal))
            {
                var id = mode[Container.Length..];
                found ??= new Dictionary<string, DonorConfig>(StringComparer.Ordinal);
                found[id] = await FindAsync(id, $"config.namespaces.{field}");
            }
        }

        return found ?? None;
    }

    private static IEnumerable<(string Mode, string Field)> Modes(NamespacesConfig modes) =>
    [
        (modes.Pid, "pid"), (modes.Ipc, "ipc"), (modes.Network, "network"), (modes.Uts, "uts"),
        (modes.Cgroup, "cgroup"), (modes.User, "user"),
    ];

    /// <summary>Errors: NotFound; SpecException for a container that has ended.</summary>
    public async Task RequireLiveAsync(string id, string field)
    {
        if ((await AskAsync(registry.Require(id))).State == TaskState.Stopped)
        {
            throw new SpecException(field, $"container {id} has ended");
        }
    }

    private async Task<DonorConfig> FindAsync(string id, string field)
    {
        var entry = registry.Require(id);
        var task = await AskAsync(entry);
        if (task.State is not (TaskState.Running or TaskState.Paused))
        {
            throw new SpecException(field, $"container {id} is not running");
        }

        var shared = Path.Combine(entry.Directory, ContainerStorage.SharedMemoryName);
        var files = NameFiles.Names.Select(name => Path.Combine(entry.Directory, name)).Where(File.Exists)
            .ToDictionary(static path => "/etc/" + Path.GetFileName(path), StringComparer.Ordinal);
        return new DonorConfig(
            (int)task.Pid, Directory.Exists(shared) ? shared : null, HasUserNamespace(task.Pid))
        {
            Files = files,
            Hostname = files.TryGetValue("/etc/hostname", out var own) ? HostFacts.TryReadText(own) : "",
        };
    }

    private static async Task<TaskMessage> AskAsync(TaskEntry entry) =>
        (await entry.Live("join").AskAsync("Get", new ShimContracts.GetRequest { Id = entry.Id },
            ShimContracts.GetResponse.Parser, CancellationToken.None)).Task;

    private static bool HasUserNamespace(uint pid) =>
        new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/user")).LinkTarget
            is { } theirs && theirs != new FileInfo("/proc/self/ns/user").LinkTarget;
}
