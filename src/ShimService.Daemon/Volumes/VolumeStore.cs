using ShimService.Daemon.Files;
using ShimService.Linux.Abi;
using ShimService.Linux.Copying;
using ShimService.Linux.Paths;
using ShimService.Oci;

namespace ShimService.Daemon.Volumes;

/// <summary>
/// Named volumes, directories that outlive containers, and how an empty one gets what the image has at its destination.
/// A file beside the data says that it is being filled: a fill that was cut short is begun again from nothing.
/// </summary>
internal sealed class VolumeStore(StateLayout layout)
{
    private const string Data = "_data";
    private const string Filling = "filling";

    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly Lock _filling = new();

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
        lock (_filling)
        {
            var home = Path.GetDirectoryName(volume.Path)!;
            StateLayout.MakePrivate(home);
            Directory.CreateDirectory(volume.Path, Open);
            if (image is not null)
            {
                Fill(home, volume, image);
            }
        }
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
