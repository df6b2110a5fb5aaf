using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>Rules for linux.devices.</summary>
internal static class DeviceRules
{
    // What the kernel's 32-bit dev_t has room for.
    private const uint MostMajor = (1 << 12) - 1;
    private const uint MostMinor = (1 << 20) - 1;

    internal static void Check(IReadOnlyList<LinuxDevice> devices)
    {
        for (var i = 0; i < devices.Count; i++)
        {
            var device = devices[i];
            var field = $"linux.devices[{i}]";
            if (device.Kind == DeviceKind.All)
            {
                throw new SpecException($"{field}.type", "is required");
            }

            PathRules.CheckAbsolute(device.Path, $"{field}.path");
            if (device.Path.Trim('/', '.').Length == 0)
            {
                throw new SpecException($"{field}.path", "must not be the root itself");
            }

            if (device.Major > MostMajor || device.Minor > MostMinor)
            {
                throw new SpecException(
                    device.Major > MostMajor ? $"{field}.major" : $"{field}.minor", "is not a device number of Linux");
            }

            // Callers written in Go may send the whole st_mode; anything but permissions and a file type is a mistake.
            if (device.FileMode > 0xFFFF)
            {
                throw new SpecException($"{field}.fileMode", "must be permission bits such as 438 (octal 0666)");
            }

            if (device.Uid == uint.MaxValue || device.Gid == uint.MaxValue)
            {
                throw new SpecException(
                    device.Uid == uint.MaxValue ? $"{field}.uid" : $"{field}.gid", "is not a valid id");
            }
        }
    }
}
