using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;

namespace ShimService.Engine.Launching;

/// <summary>
/// The data of a mount, short enough for the page mount(2) takes. The layers of an image with many go by descriptors
/// instead of paths, four times shorter; they are open while this is. Source: man 2 mount; containerd has the same need
/// and changes its directory for it.
/// </summary>
internal sealed class OverlayLayers : IDisposable
{
    private const int PageSize = 4096;
    private const string LowerDirectories = "lowerdir=";

    private readonly List<FileDescriptor> _open = [];

    private OverlayLayers(string data) => Data = data;

    /// <summary>What mount(2) gets.</summary>
    public string Data { get; private set; }

    /// <summary>Errors: KernelException with the layer; EFBIG with the whole, when it still is too long.</summary>
    public static OverlayLayers Of(string type, IReadOnlyList<string> options)
    {
        var layers = new OverlayLayers(string.Join(',', options));
        if (Fits(layers.Data))
        {
            return layers;
        }

        try
        {
            layers.Shorten(type, options);
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
        foreach (var descriptor in _open)
        {
            descriptor.Dispose();
        }
    }

    private void Shorten(string type, IReadOnlyList<string> options)
    {
        var shortened = new string[options.Count];
        for (var index = 0; index < shortened.Length; index++)
        {
            var option = options[index];
            shortened[index] = type == "overlay" && option.StartsWith(LowerDirectories, StringComparison.Ordinal)
                ? LowerDirectories + Shorten(option[LowerDirectories.Length..])
                : option;
        }

        Data = string.Join(',', shortened);
        if (!Fits(Data))
        {
            throw new KernelException("mount", Errno.EFBIG, $"{type} with options of {Data.Length} bytes",
                "the kernel takes a page of them; use an image with fewer layers");
        }
    }

    private string Shorten(string directories)
    {
        // A colon in a name is escaped; what is escaped stays whole.
        var names = directories.Split(':');
        for (var index = 0; index < names.Length; index++)
        {
            if (names[index].Contains('\\') || names[index].Length == 0)
            {
                return directories;
            }

            var layer = Files.Open(names[index], OpenFlags.Path | OpenFlags.Directory);
            _open.Add(layer);
            names[index] = RootfsMounts.DescriptorPath(layer);
        }

        return string.Join(':', names);
    }

    private static bool Fits(string data) => System.Text.Encoding.UTF8.GetByteCount(data) < PageSize;
}
