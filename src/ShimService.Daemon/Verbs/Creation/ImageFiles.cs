using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Paths;
using ShimService.Linux.Stdio;
using ShimService.Oci.Build;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>The files of an image, or of a running container, for the spec builder. No link leads out of it.</summary>
internal sealed class ImageFiles(RootedDirectory root) : IImageFiles
{
    private const int Largest = 1 << 20;

    public byte[]? Read(string path)
    {
        using (var found = root.Open(path, OpenFlags.Path, out var errno))
        {
            if (found is null)
            {
                return errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw new IOException($"{errno} on the way to it");
            }
        }

        if (root.Look(path) is not { Kind: FileKind.Regular })
        {
            throw new IOException("it is no regular file");
        }

        try
        {
            var content = root.ReadRegular(path, Largest) ?? throw new IOException("it cannot be opened");
            return content.Length < Largest ? content : throw new IOException($"it is larger than {Largest} bytes");
        }
        catch (KernelException error)
        {
            throw new IOException($"{error.Errno} while reading it", error);
        }
    }
}
