using ShimService.Daemon.Files;
using ShimService.Daemon.Registry;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Copying;
using ShimService.Linux.Paths;
using ShimService.Linux.Stdio;
using ShimService.Oci;

namespace ShimService.Daemon.Volumes;

/// <summary>
/// Named volumes, directories that outlive containers, and how an empty one gets what the image has at its destination.
/// A file beside the data says that it is being filled: a fill that was cut short is begun again from nothing.
/// </summary>
internal sealed partial class VolumeStore(StateLayout layout, TaskRegistry registry)
{
    private const string Data = "_data";
    private const string Filling = "filling";

    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly Lock _gate = new();

    /// <summary>Where the content of a named volume is, or will be.</summary>
    public string PathOf(string name) => Path.Combine(layout.Volumes, name, Data);

    /// <summary>Of a volume that goes with its container.</summary>
    public string OwnPath(string id, int number) =>
        Path.Combine(layout.ContainerDirectory(id), "volumes", FormattableString.Invariant($"{number}"), Data);

    /// <summary>
    /// Makes the volume unless it is there, and fills it when it is empty. Errors: KernelException; SpecException when
    /// a volume of the container's own has a file as its destination.
    /// </summary>
    /// <param name="image">Null = leave it as it is.</param>
    public void Make(PlannedVolume volume, RootedDirectory? image)
    {
        lock (_gate)
        {
            var home = Path.GetDirectoryName(volume.Path)!;
            StateLayout.MakePrivate(home);
            Directory.CreateDirectory(volume.Path, Open);
            if (image is not null)
            {
                Fill(home, volume, image);
            }
        }

        if (volume.SubpathMount.Length > 0)
        {
            MountSubpath(volume);
        }
    }

    // By descriptor: who writes into the volume cannot exchange a directory of the way for a link meanwhile.
    private static void MountSubpath(PlannedVolume volume)
    {
        using var root = RootedDirectory.Open(volume.Path);
        using var place = root.Open(volume.Subpath, OpenFlags.Path, out var errno)
            ?? throw new SpecException($"{volume.Field}.subpath", $"{volume.Subpath} is not in the volume ({errno})");
        if (root.Look(volume.Subpath) is not { Kind: FileKind.Directory })
        {
            throw new SpecException($"{volume.Field}.subpath", $"{volume.Subpath} of the volume is no directory");
        }

        Directory.CreateDirectory(volume.SubpathMount);
        Mounts.Mount($"/proc/self/fd/{place.Number}", volume.SubpathMount, "", MountFlags.Bind, "");
    }

    private static void Fill(string home, PlannedVolume volume, RootedDirectory image)
    {
        using var source = image.Open(
            volume.Destination, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NonBlocking, out _);
        if (source is null)
        {
            if (volume.IsOwn && image.Look(volume.Destination) is not null)
            {
                throw new SpecException(
                    volume.Field, $"{volume.Destination} is a file in the image: no volume can be there");
            }

            return;
        }

        var marker = Path.Combine(home, Filling);
        if (File.Exists(marker))
        {
            DirectoryTree.Remove(volume.Path);
            Directory.CreateDirectory(volume.Path, Open);
        }

        using (var target = Linux.Files.Open(volume.Path, OpenFlags.ReadOnly | OpenFlags.Directory))
        {
            if (!TreeCopy.IsEmpty(target))
            {
                return;
            }

            File.WriteAllBytes(marker, []);
            TreeCopy.Copy(source, target);
        }

        File.Delete(marker);
    }
}
