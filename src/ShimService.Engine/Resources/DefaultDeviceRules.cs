using ShimService.Oci.Model;

namespace ShimService.Engine.Resources;

/// <summary>
/// Devices every container may use whatever its list says, because programs expect them: they come after the list.
/// Making a node of any device is harmless, as opening it is what counts. Source: runc, libcontainer/specconv.
/// </summary>
internal static class DefaultDeviceRules
{
    public static IReadOnlyList<LinuxDeviceRule> All { get; } =
    [
        new(true, DeviceKind.Character, null, null, "m"),
        new(true, DeviceKind.Block, null, null, "m"),
        new(true, DeviceKind.Character, 1, 3, "rwm"),       // null
        new(true, DeviceKind.Character, 1, 5, "rwm"),       // zero
        new(true, DeviceKind.Character, 1, 7, "rwm"),       // full
        new(true, DeviceKind.Character, 1, 8, "rwm"),       // random
        new(true, DeviceKind.Character, 1, 9, "rwm"),       // urandom
        new(true, DeviceKind.Character, 5, 0, "rwm"),       // tty
        new(true, DeviceKind.Character, 5, 1, "rwm"),       // console
        new(true, DeviceKind.Character, 5, 2, "rwm"),       // ptmx
        new(true, DeviceKind.Character, 136, null, "rwm"),  // pts
        new(true, DeviceKind.Character, 10, 200, "rwm"),    // net/tun
    ];
}
