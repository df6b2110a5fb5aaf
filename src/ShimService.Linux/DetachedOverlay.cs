using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;
using ShimService.Linux.Paths;

namespace ShimService.Linux;

/// <summary>
/// Layers of an image seen as one tree, read-only, without a mount anywhere: it is gone with its descriptor, also when
/// this process is killed. Source: Documentation/filesystems/overlayfs.rst, Linux ≥ 5.2.
/// </summary>
public static unsafe class DetachedOverlay
{
    // The longest string fsconfig takes, with its NUL.
    private const int LongestParameter = 256;

    /// <summary>Errors: KernelException with the layer.</summary>
    /// <param name="layers">Directories, the bottom one first; at least one.</param>
    public static RootedDirectory Open(IReadOnlyList<string> layers)
    {
        // An overlay of one layer alone has to be writable.
        if (layers.Count == 1)
        {
            return RootedDirectory.Open(layers[0]);
        }

        using var context = OpenContext();
        Configure(context, layers);

        // SAFETY: no text is read by these commands; the numbers stand for no memory.
        Kernel.Check(NativeFilesystems.Configure(context.Number, FsconfigCommand.Create, null, null), "fsconfig",
            string.Join(':', layers));
        const nint readOnly = 1, noSuid = 2, noDevices = 4;
        var mount = Kernel.Check(
            NativeFilesystems.Mount(context.Number, readOnly | noSuid | noDevices), "fsmount", "overlay");
        return RootedDirectory.Of(new FileDescriptor(mount));
    }

    private static FileDescriptor OpenContext()
    {
        // SAFETY: NUL-terminated and pinned for the call.
        fixed (byte* type = NativeText.Encode("overlay"))
        {
            return new FileDescriptor(Kernel.Check(NativeFilesystems.Open(type), "fsopen", "overlay"));
        }
    }

    // "lowerdir+" takes a layer at a time, the top one first (Linux ≥ 6.8); before, one string has to hold them all.
    private static void Configure(FileDescriptor context, IReadOnlyList<string> layers)
    {
        for (var i = layers.Count - 1; i >= 0; i--)
        {
            if (TrySet(context, "lowerdir+", layers[i]))
            {
                continue;
            }

            var errno = Kernel.LastError;
            var all = string.Join(':', layers.Reverse().Select(OverlayPath.Escape));
            if (i == layers.Count - 1 && errno == Errno.EINVAL
                && System.Text.Encoding.UTF8.GetByteCount(all) < LongestParameter && TrySet(context, "lowerdir", all))
            {
                return;
            }

            throw new KernelException("fsconfig", errno, layers[i]);
        }
    }

    private static bool TrySet(FileDescriptor context, string key, string value)
    {
        // SAFETY: both texts are NUL-terminated and pinned for the call.
        fixed (byte* name = NativeText.Encode(key), text = NativeText.Encode(value))
        {
            return NativeFilesystems.Configure(context.Number, FsconfigCommand.SetString, name, text) == 0;
        }
    }
}
