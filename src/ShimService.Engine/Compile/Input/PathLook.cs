using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Input;

/// <summary>What a look at a path showed. <paramref name="Mode"/>: permission bits; 0 for what is missing.</summary>
public readonly record struct PathLook(PathKind Kind, uint Mode = 0)
{
    /// <summary>What kind of node a <see cref="PathKind.File"/> is; null for a regular file and the like.</summary>
    public DeviceKind? Node { get; init; }

    /// <summary>Of a device.</summary>
    public uint Major { get; init; }

    /// <inheritdoc cref="Major"/>
    public uint Minor { get; init; }

    /// <summary>Whether it is what a spec asks for, whoever owns it.</summary>
    public bool IsNode(LinuxDevice device) =>
        Node == device.Kind && (device.Kind == DeviceKind.Fifo || (Major == device.Major && Minor == device.Minor));
}
