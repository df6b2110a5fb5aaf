using System.Globalization;
using ShimService.Daemon.Files;
using ShimService.Daemon.Volumes;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Copying;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>
/// Makes what a container needs on the disk. All of it lies in the task's directory and the container's, which go with
/// the id however the create ends; named volumes stay.
/// </summary>
internal sealed class Preparer(StateLayout layout, VolumeStore volumes)
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
        | UnixFileMode.OtherRead;

    /// <summary>Errors: KernelException, IOException, SpecException.</summary>
    public void Prepare(string id, ContainerPreparation wanted)
    {
        var task = layout.TaskDirectory(id);
        foreach (var source in wanted.Sources)
        {
            Directory.CreateDirectory(source);
        }

        foreach (var (name, content) in wanted.Files)
        {
            var path = Path.Combine(task, name);
            File.WriteAllBytes(path, content);
            File.SetUnixFileMode(path, Everybody);
        }

        if (wanted.SharedMemory is { } bytes)
        {
            var shared = Path.Combine(task, ContainerStorage.SharedMemoryName);
            StateLayout.MakePrivate(shared);
            Mounts.Mount("shm", shared, "tmpfs", MountFlags.NoSetuid | MountFlags.NoExecute | MountFlags.NoDevices,
                string.Create(CultureInfo.InvariantCulture, $"mode=1777,size={bytes}"));
        }

        if (wanted.Volumes.Count > 0)
        {
            MakeVolumes(wanted);
        }

        if (wanted.IsLayered)
        {
            MakeUpper(id, wanted.Layers[^1]);
        }
    }

    private void MakeVolumes(ContainerPreparation wanted)
    {
        using var image = wanted.Volumes.Any(static volume => !volume.NoCopy)
            ? DetachedOverlay.Open(wanted.Layers)
            : null;
        foreach (var volume in wanted.Volumes)
        {
            volumes.Make(volume, volume.NoCopy ? null : image);
        }
    }

    // The root of an overlay looks like its upper directory: that must look like the image's root.
    private void MakeUpper(string id, string topLayer)
    {
        var directory = layout.ContainerDirectory(id);
        StateLayout.MakePrivate(directory);
        StateLayout.MakePrivate(Path.Combine(directory, "work"));
        var upper = Path.Combine(directory, "upper");
        StateLayout.MakePrivate(upper);
        using var from = Linux.Files.Open(topLayer, OpenFlags.ReadOnly | OpenFlags.Directory);
        using var to = Linux.Files.Open(upper, OpenFlags.ReadOnly | OpenFlags.Directory);
        TreeCopy.CopyAttributes(from, to);
    }
}
