using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Stdio.Open;

/// <summary>Regular files that are appended to. Errors: KernelException.</summary>
internal static class OutputFiles
{
    /// <summary>0640: a log of ours is the container's business, not everybody's.</summary>
    public const int Private = 0b110_100_000;

    /// <summary>0644, as containerd's own shim makes file://, which collectors of other users read.</summary>
    public const int Shared = 0b110_100_100;

    /// <summary>Opens, made if need be with its directories; never blocks, whatever stands at that path.</summary>
    public static FileDescriptor OpenAppend(string path, int mode)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory)
        {
            MakeDirectory(directory);
        }

        var file = Files.Open(
            path, OpenFlags.WriteOnly | OpenFlags.Append | OpenFlags.Create | OpenFlags.NonBlocking, mode);
        if (FileFacts.Read(file, path).Kind == FileKind.Regular)
        {
            return file;
        }

        file.Dispose();
        throw new KernelException("open", Errno.ENXIO, path, "not a regular file");
    }

    private static void MakeDirectory(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (UnauthorizedAccessException)
        {
            throw new KernelException("mkdir", Errno.EACCES, directory);
        }
        catch (IOException)
        {
            throw new KernelException("mkdir", Errno.ENOTDIR, directory);
        }
    }
}
