namespace ShimService.Engine.Compile.Mounts;

/// <summary>What is known about the content of a mount.</summary>
internal enum PlannedMountKind
{
    /// <summary>A new tmpfs, devpts or mqueue: empty but for what the plan puts there.</summary>
    Empty,

    /// <summary>A new proc or sysfs at its usual place: shows what the host's shows.</summary>
    Kernel,

    /// <summary>A file or directory of the host.</summary>
    Bind,

    /// <summary>Any other file system.</summary>
    Other,
}
