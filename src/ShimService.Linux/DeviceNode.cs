using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>
/// A device special file of the host; symbolic links are followed. Mode holds the permission bits only.
/// </summary>
public readonly record struct DeviceNode(bool IsBlock, uint Major, uint Minor, uint Mode, uint Uid, uint Gid)
{
    private const uint TypeMask = 0xF000;
    private const uint Character = 0x2000;
    private const uint Block = 0x6000;
    private const uint PermissionMask = 0x1FF;

    /// <summary>Null when the path names no character or block device.</summary>
    public static DeviceNode? Find(string path) => StatCalls.TryRead(path, out var status) ? From(status) : null;

    /// <summary>The device a descriptor is open on; null when it is none.</summary>
    public static DeviceNode? Of(FileDescriptor descriptor) =>
        StatCalls.TryRead(descriptor.Number, out var status) ? From(status) : null;

    private static DeviceNode? From(FileStatus status) => (status.Mode & TypeMask) is Character or Block
        ? new DeviceNode(
            (status.Mode & TypeMask) == Block,
            status.DeviceMajor,
            status.DeviceMinor,
            status.Mode & PermissionMask,
            status.Uid,
            status.Gid)
        : null;
}
