namespace ShimService.Engine.Compile.Mounts;

/// <summary>Which symbolic links the way to a place may lead over.</summary>
internal enum Following
{
    /// <summary>Those of the root filesystem, taken within it.</summary>
    WithinRoot,

    /// <summary>None at all: a link there is an error (proc, sysfs, /dev, masks).</summary>
    Nothing,
}
