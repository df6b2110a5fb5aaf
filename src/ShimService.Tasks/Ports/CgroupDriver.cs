namespace ShimService.Tasks.Ports;

/// <summary>Who makes a container's cgroup.</summary>
public enum CgroupDriver
{
    /// <summary>What linux.cgroupsPath looks like: a path is made here, slice:prefix:name by systemd.</summary>
    ByPath,

    /// <summary>systemd; linux.cgroupsPath has to be slice:prefix:name, or left out.</summary>
    Systemd,
}
