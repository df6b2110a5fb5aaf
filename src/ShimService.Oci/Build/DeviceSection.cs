using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// Device nodes of the host that the container gets: one, or with a directory every one below it; privileged, all.
/// </summary>
internal static class DeviceSection
{
    internal static List<LinuxDevice> Build(ContainerConfig config, IBuildHost host)
    {
        var list = new List<LinuxDevice>();
        if (config.Security.Privileged)
        {
            foreach (var path in host.DevicesBelow("/dev"))
            {
                Add(list, path, path, host.FindDevice(path));
            }
        }

        for (var i = 0; i < config.Devices.Count; i++)
        {
            AddConfigured(list, config.Devices[i], $"config.devices[{i}].path", host);
        }

        return list;
    }

    /// <summary>The nodes that one entry of the config means, never none.</summary>
    internal static List<(string Path, HostDevice Device)> Expand(DeviceConfig device, string field, IBuildHost host)
    {
        var list = new List<(string, HostDevice)>();
        if (!device.Path.StartsWith('/'))
        {
            throw new SpecException(field, $"\"{device.Path}\" must be an absolute path of the host");
        }

        if (host.FindDevice(device.Path) is { } single)
        {
            return [(device.Path, single)];
        }

        foreach (var path in host.DevicesBelow(device.Path))
        {
            if (host.FindDevice(path) is { } found)
            {
                list.Add((path, found));
            }
        }

        return list.Count > 0
            ? list
            : throw new SpecException(field, $"{device.Path} is neither a device of this host nor a directory of some");
    }

    internal static HostDevice Find(string path, string field, IBuildHost host)
    {
        if (!path.StartsWith('/'))
        {
            throw new SpecException(field, $"\"{path}\" must be an absolute path of the host");
        }

        return host.FindDevice(path) ?? throw new SpecException(field, $"{path} is not a device of this host");
    }

    private static void AddConfigured(List<LinuxDevice> list, DeviceConfig device, string field, IBuildHost host)
    {
        foreach (var (path, found) in Expand(device, field, host))
        {
            // Below a directory, the rest of the path stays.
            var place = device.ContainerPath.Length > 0 ? device.ContainerPath + path[device.Path.Length..] : path;
            list.RemoveAll(known => known.Path == place);
            Add(list, path, place, found);
        }
    }

    private static void Add(List<LinuxDevice> list, string path, string place, HostDevice? device)
    {
        // It can have gone since the directory was read.
        if (device is not { } found)
        {
            return;
        }

        list.Add(new LinuxDevice
        {
            Kind = found.Kind,
            Path = place.Length > 0 ? place : path,
            Major = found.Major,
            Minor = found.Minor,
            FileMode = found.FileMode & 0x1FF,
            Uid = found.Uid,
            Gid = found.Gid,
        });
    }
}
