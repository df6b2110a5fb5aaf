using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>Device nodes of the host that the container gets.</summary>
internal static class DeviceSection
{
    internal static List<LinuxDevice> Build(IReadOnlyList<DeviceConfig> devices, IBuildHost host)
    {
        var list = new List<LinuxDevice>(devices.Count);
        for (var i = 0; i < devices.Count; i++)
        {
            var found = Find(devices[i].Path, $"config.devices[{i}].path", host);
            list.Add(new LinuxDevice
            {
                Kind = found.Kind,
                Path = devices[i].ContainerPath.Length > 0 ? devices[i].ContainerPath : devices[i].Path,
                Major = found.Major,
                Minor = found.Minor,
                FileMode = found.FileMode & 0x1FF,
                Uid = found.Uid,
                Gid = found.Gid,
            });
        }

        return list;
    }

    internal static HostDevice Find(string path, string field, IBuildHost host)
    {
        if (!path.StartsWith('/'))
        {
            throw new SpecException(field, $"\"{path}\" must be an absolute path of the host");
        }

        return host.FindDevice(path) ?? throw new SpecException(field, $"{path} is not a device of this host");
    }
}
