using System.Text.Json;
using ShimService.Daemon.Files;
using ShimService.Daemon.Host;
using ShimService.Rpc;

namespace ShimService.Daemon.Volumes;

/// <content>Volumes by name, for who looks after them.</content>
internal sealed partial class VolumeStore
{
    private const string Record = "volume.json";

    // No name begins so: what a kill leaves of a removal is told from a volume.
    private const string Gone = ".gone-";

    /// <summary>The volumes there are, by name.</summary>
    public IReadOnlyList<VolumeInfo> List()
    {
        lock (_gate)
        {
            return Directory.Exists(layout.Volumes)
                ? [.. Directory.GetDirectories(layout.Volumes).Select(static path => Path.GetFileName(path))
                    .Where(IsThere).Order(StringComparer.Ordinal).Select(Read)]
                : [];
        }
    }

    /// <summary>Errors: NotFound.</summary>
    public VolumeInfo Get(string name)
    {
        lock (_gate)
        {
            return Read(Known(name));
        }
    }

    /// <summary>Makes a volume; one that is there stays as it is. The name was checked.</summary>
    public VolumeInfo Create(string name, IReadOnlyDictionary<string, string> labels)
    {
        lock (_gate)
        {
            if (!IsThere(name))
            {
                var home = Path.Combine(layout.Volumes, name);
                StateLayout.MakePrivate(home);
                AtomicFile.Replace(
                    Path.Combine(home, Record),
                    JsonSerializer.SerializeToUtf8Bytes(new VolumeRecord { Labels = labels }, RecordJson.Default.VolumeRecord));
                Directory.CreateDirectory(PathOf(name), Open);
            }

            return Read(name);
        }
    }

    /// <summary>
    /// Removes a volume and what is in it. Errors: NotFound; FailedPrecondition while somebody has it, or something is
    /// mounted inside.
    /// </summary>
    public void Delete(string name)
    {
        string gone;
        lock (_gate)
        {
            var volume = Read(Known(name));
            if (volume.Users.Count > 0)
            {
                throw InUse(name, $"volume {name} is in use by {string.Join(", ", volume.Users.Take(5))}; delete them first");
            }

            if (HostMounts.Below(Path.Combine(layout.Volumes, name), File.ReadAllText("/proc/self/mountinfo")) is [var mount, ..])
            {
                throw InUse(name, $"something is mounted at {mount}, inside volume {name}; unmount it first");
            }

            // From here on it is not there, however long its removal takes.
            gone = Path.Combine(layout.Volumes, Gone + Guid.NewGuid().ToString("N"));
            Directory.Move(Path.Combine(layout.Volumes, name), gone);
        }

        DirectoryTree.Remove(gone);
    }

    /// <summary>Removes what an earlier run was about to remove.</summary>
    public void RemoveGone()
    {
        if (Directory.Exists(layout.Volumes))
        {
            foreach (var path in Directory.GetDirectories(layout.Volumes, Gone + "*"))
            {
                DirectoryTree.Remove(path);
            }
        }
    }

    private bool IsThere(string name) => name.Length > 0 && name[0] != '.' && Directory.Exists(PathOf(name));

    private string Known(string name) => name.AsSpan().IndexOf('/') < 0 && IsThere(name)
        ? name
        : throw RpcException.NotFound("UNKNOWN_VOLUME", $"there is no volume {name}");

    // Under the lock.
    private VolumeInfo Read(string name)
    {
        var home = Path.Combine(layout.Volumes, name);
        var record = RecordFile.TryRead(Path.Combine(home, Record), RecordJson.Default.VolumeRecord);
        return new VolumeInfo(
            name, PathOf(name), new DateTimeOffset(Directory.GetCreationTimeUtc(home), TimeSpan.Zero),
            record?.Labels ?? new Dictionary<string, string>(), UsersOf(name));
    }

    private string[] UsersOf(string name) =>
        [.. registry.All.Where(entry => entry.Volumes.Contains(name)).Select(static entry => entry.Id).Order(StringComparer.Ordinal)];

    private static RpcException InUse(string name, string message) =>
        RpcException.FailedPrecondition("VOLUME_IN_USE", $"volume {name}", "IN_USE", "Delete", message);
}
