using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// Default devices and those of the spec, beneath an opened /dev. In a /dev that is not ours alone, or in a user
/// namespace, where mknod is refused, the host's nodes are bound read-only, so that nobody inside changes their mode.
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
                AppendOne(compilation, device, Clauses.DefaultDevices);
            }
        }

        foreach (var device in compilation.Spec.Linux.Devices)
        {
            // Every /dev/ptmx leads to the container's own pseudo terminals.
            if (device.Path != "/dev/ptmx")
            {
                AppendOne(compilation, device, Clauses.Devices);
            }
        }
    }

    private static void AppendOne(Compilation compilation, LinuxDevice device, string clause)
    {
        var plan = compilation.Plan;
        var step = $"make device {device.Path}";
        if (compilation.ForeignUserNamespace || !compilation.Tree.IsOurs(device.Path))
        {
            BindHostNode(compilation, device, step, clause);
            return;
        }

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
