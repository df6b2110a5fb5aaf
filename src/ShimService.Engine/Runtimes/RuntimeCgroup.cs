using ShimService.Engine.Containers;
using ShimService.Engine.Systemd;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Runtimes;

/// <summary>
/// Where a runtime puts a container: the place that the spec names, prepared for it, or one of its own choice. By the
/// container's owner, one call at a time.
/// </summary>
internal sealed class RuntimeCgroup
{
    private readonly CgroupHost _host;
    private readonly CgroupPath _wanted;
    private readonly bool _isNamed;
    private readonly RuntimeDirectory _directory;
    private readonly string _claim;
    private Cgroup? _place;

    /// <summary>Errors: SpecException for a linux.cgroupsPath that is none.</summary>
    public RuntimeCgroup(CgroupHost host, Spec spec, ContainerRequest request, RuntimeDirectory directory)
    {
        _host = host;
        _directory = directory;
        _claim = directory.CgroupClaim(request.Id.Value);
        _wanted = CgroupChoice.Of(host, spec, request.Id.Value, request.Cgroups).Path;
        _isNamed = spec.Linux.CgroupsPath.StartsWith('/');
        IsSystemds = request.Cgroups == CgroupDriver.Systemd || ScopeName.IsOne(spec.Linux.CgroupsPath);
    }

    /// <summary>systemd is to make it: the runtime has to be told.</summary>
    public bool IsSystemds { get; }

    /// <summary>
    /// Errors: KernelException EBUSY when somebody lives there; IOException, UnauthorizedAccessException.
    /// </summary>
    public void Prepare()
    {
        var place = _host.Find(_wanted);
        if (place.ReadProcesses().Count > 0)
        {
            place.Forget();
            throw new KernelException("mkdirat", Errno.EBUSY, _wanted.Value,
                "that cgroup has processes; give the container a linux.cgroupsPath of its own");
        }

        // Held until the end: its parent is not removed as one that nobody lives in.
        _place = place;
        if (_isNamed)
        {
            _directory.Make();
            File.WriteAllText(_claim, _wanted.Value);
            RuntimeHierarchies.Prepare(_wanted);
        }
    }

    /// <summary>
    /// Where the init is; of one that has died, where the spec wants it. Null when that is no cgroup of its own, but one
    /// this process lives in too: to signal that would be our end. Errors: KernelException.
    /// </summary>
    public Cgroup? Find(int init)
    {
        var path = ProcessCgroup.Read(init) ?? _wanted;
        return HoldsUs(path) ? null : _host.Find(path);
    }

    /// <summary>
    /// Takes away what is left at the place that was prepared. Can be called again. Errors: KernelException.
    /// </summary>
    public async Task RemoveAsync(TimeSpan limit)
    {
        if (_place is null)
        {
            return;
        }

        // A runtime that was killed in the middle knows nothing of what it has made.
        await _host.Find(_wanted).RemoveAsync(limit, CancellationToken.None);
        RuntimeHierarchies.Remove(_wanted);
        await _place.RemoveAsync(limit, CancellationToken.None);
        if (_isNamed && Directory.Exists(_directory.Path))
        {
            File.Delete(_claim);
        }
    }

    private static bool HoldsUs(CgroupPath path) =>
        ProcessCgroup.Read(Environment.ProcessId) is { } own
        && (own == path || own.Value.StartsWith(path.Value + "/", StringComparison.Ordinal));
}
