using System.Globalization;
using ShimService.Linux;
using ShimService.Linux.Abi;

namespace ShimService.Engine.Launching;

/// <summary>
/// The layers of an overlay with their owners mapped, at places of their own while the overlay is mounted: it takes them
/// from there and needs the places no longer. Read-only, so that nothing can reach an image through them.
/// Source: an overlay takes no mapping itself (man 2 mount_setattr); containerd 2.1 does as much.
/// </summary>
internal sealed class MappedLayers : IDisposable
{
    private const string LowerDirectories = "lowerdir=";
    private readonly string _directory = Directory.CreateTempSubdirectory("shimservice-layers-").FullName;
    private readonly List<string> _mounted = [];

    private MappedLayers()
    {
    }

    /// <summary>What the overlay is to be mounted with.</summary>
    public IReadOnlyList<string> Options { get; private set; } = [];

    /// <summary>Errors: KernelException with the layer.</summary>
    public static MappedLayers Of(IReadOnlyList<string> options, FileDescriptor userNamespace)
    {
        var layers = new MappedLayers();
        try
        {
            layers.Options = [.. options.Select(option => option.StartsWith(LowerDirectories, StringComparison.Ordinal)
                ? LowerDirectories + layers.Map(option[LowerDirectories.Length..], userNamespace)
                : option)];
            return layers;
        }
        catch
        {
            layers.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var place in _mounted)
        {
            Mounts.Unmount(place, UnmountFlags.Detach | UnmountFlags.NoFollow);
            Directory.Delete(place);
        }

        Directory.Delete(_directory);
    }

    private string Map(string directories, FileDescriptor userNamespace)
    {
        var places = new List<string>();
        foreach (var layer in OverlayPath.Split(directories))
        {
            using var tree = MountTree.Copy(layer);
            tree.MapIds(userNamespace, readOnly: true);
            var place = Path.Join(_directory, places.Count.ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(place);
            _mounted.Add(place);
            tree.Attach(place);
            places.Add(place);
        }

        return string.Join(':', places);
    }
}
