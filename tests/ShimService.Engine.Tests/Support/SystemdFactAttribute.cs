namespace ShimService.Engine.Tests.Support;

/// <summary>
/// Needs a systemd that manages the cgroups of this machine, on cgroup v2; skipped with the reason elsewhere.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SystemdFactAttribute : FactAttribute
{
    public SystemdFactAttribute()
    {
        if (!Directory.Exists("/run/systemd/system") || !File.Exists("/sys/fs/cgroup/cgroup.controllers"))
        {
            Skip = "needs systemd on a cgroup2 host";
        }
    }
}
