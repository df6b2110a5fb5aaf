using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// Default devices and those of the spec, beneath an opened /dev. What the host has as well is bound read-only, so that
/// nobody inside changes its mode: in a user namespace, where mknod is refused, and in a /dev that is not ours alone.
/// Anything else is made where the spec says, though it stays there afterwards.
/// </summary>
internal static class DeviceSection
{
    private static readonly LinuxDevice[] Defaults =
    [
        Default("/dev/null", 1, 3),
        Default("/dev/zero", 1, 5),
        Default("/dev/full", 1, 7),
        Default("/dev/random", 1, 8),
        Default("/dev/urandom", 1, 9),
        Default("/dev/tty", 5, 0),
    ];

    internal static void Append(Compilation compilation)
    {
        var tree = compilation.Tree;
        if (tree.DevIsBound)
        {
            return;
        }

        foreach (var device in Defaults)
        {
            if (!Listed(compilation.Spec.Linux.Devices, device.Path))
            {
                AppendDefault(compilation, device);
            }
        }

        var devices = compilation.Spec.Linux.Devices;
        for (var i = 0; i < devices.Count; i++)
        {
            // Every /dev/ptmx leads to the container's own pseudo terminals.
            if (devices[i].Path != "/dev/ptmx")
            {
                AppendOne(compilation, devices[i], $"linux.devices[{i}].path");
            }
        }
    }

    private static void AppendDefault(Compilation compilation, LinuxDevice device)
    {
        var step = $"make device {device.Path}";
        if (compilation.ForeignUserNamespace || !compilation.Tree.IsOurs(device.Path))
        {
            BindHostNode(compilation, device, step, Clauses.DefaultDevices);
        }
        else
        {
            Make(compilation, device, step, Clauses.DefaultDevices);
        }
    }

    private static void AppendOne(Compilation compilation, LinuxDevice device, string field)
    {
        var step = $"make device {device.Path}";
        var isOurs = compilation.Tree.IsOurs(device.Path);
        if (isOurs && (!compilation.ForeignUserNamespace || device.Kind == DeviceKind.Fifo))
        {
            Make(compilation, device, step);
            return;
        }

        if (device.Kind != DeviceKind.Fifo && compilation.Input.Host.Paths.Look(device.Path).IsNode(device))
        {
            BindHostNode(compilation, device, step, Clauses.Devices);
            return;
        }

        if (device.Kind != DeviceKind.Fifo && compilation.ForeignUserNamespace)
        {
            throw new SpecException(field,
                $"a device node cannot be made in a user namespace, and the host has no {Text(device)} at {device.Path} "
                + "that could be bound there; give a path and numbers that the host has");
        }

        var there = compilation.Tree.Look(device.Path);
        if (there.Kind == PathKind.Missing)
        {
            Make(compilation, device, step);
        }
        else if (!there.IsNode(device))
        {
            throw new SpecException(field,
                $"{device.Path} is there already, and is not this {Text(device)}; take it out of the root filesystem");
        }
    }

    private static string Text(LinuxDevice device) =>
        device.Kind == DeviceKind.Fifo
            ? "fifo"
            : $"{(device.Kind == DeviceKind.Block ? "block" : "character")} device {device.Major}:{device.Minor}";

    private static void Make(
        Compilation compilation, LinuxDevice device, string step, string clause = Clauses.Devices)
    {
        var plan = compilation.Plan;
        var place = compilation.Tree.Place(step, clause, device.Path);
        var type = device.Kind switch
        {
            DeviceKind.Character => KernelValues.CharacterDevice,
            DeviceKind.Block => KernelValues.BlockDevice,
            _ => KernelValues.Fifo,
        };
        plan.Call(step, clause, SystemCall.Mknodat, place.Directory, place.Name,
            type | ((device.FileMode ?? 0x1B6) & 0xFFF), KernelValues.DeviceNumber(
                device.Major, device.Minor)).On(device.Path);
        if (device.Uid != 0 || device.Gid != 0)
        {
            plan.Call(step, clause, SystemCall.Fchownat, place.Directory, place.Name, device.Uid, device.Gid,
                PathFlags.SymlinkNoFollow).On(device.Path);
        }

        compilation.Tree.Add(device.Path, PathKind.File);
    }

    private static void BindHostNode(Compilation compilation, LinuxDevice device, string step, string clause)
    {
        var plan = compilation.Plan;
        var node = plan.Call(step, clause, SystemCall.OpenTree, KernelValues.WorkingDirectory, device.Path,
            TreeFlags.Clone | TreeFlags.CloseOnExec);
        plan.Call(step, clause, SystemCall.MountSetattr, node, "", PathFlags.EmptyPath,
            MountAttributeBlock.Make(MountAttributes.ReadOnly | MountAttributes.NoSetuid | MountAttributes.NoExecute),
            MountAttributeBlock.Size).On(device.Path);
        compilation.Tree.Target(step, clause, device.Path, PathKind.File)
            .Mount(plan, step, clause, node, device.Path);
    }

    private static bool Listed(IReadOnlyList<LinuxDevice> devices, string path)
    {
        foreach (var device in devices)
        {
            if (device.Path == path)
            {
                return true;
            }
        }

        return false;
    }

    private static LinuxDevice Default(string path, uint major, uint minor) =>
        new() { Kind = DeviceKind.Character, Path = path, Major = major, Minor = minor };
}
