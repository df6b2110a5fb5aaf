namespace ShimService.Engine.Compile.Input;

/// <summary>What stands at a path.</summary>
public enum PathKind
{
    Missing,
    Directory,

    /// <summary>Anything else: a file, a device, a socket.</summary>
    File,
}
