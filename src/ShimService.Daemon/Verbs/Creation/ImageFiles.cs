using ShimService.Linux.Errors;
using ShimService.Linux.Paths;
using ShimService.Oci.Build;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>The files of an image, or of a running container, for the spec builder. No link leads out of it.</summary>
internal sealed class ImageFiles(RootedDirectory root) : IImageFiles
{
    private const int Largest = 1 << 20;

    public byte[]? Read(string path)
    {
        try
        {
            return root.ReadRegular(path, Largest);
        }
        catch (KernelException)
        {
            return null;
        }
    }
}
