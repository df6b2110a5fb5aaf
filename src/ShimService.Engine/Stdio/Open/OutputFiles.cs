using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Stdio.Open;

/// <summary>Regular files that are appended to. Errors: KernelException.</summary>
internal static class OutputFiles
{
    private const int Mode = 0b110_100_000; // 0640: output is the container's business, not everybody's.

    /// <summary>Opens, made if need be with its directories; never blocks, whatever stands at that path.</summary>
    public static FileDescriptor OpenAppend(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory)
        {
            MakeDirectory(directory);
        }

        var file = Files.Open(
            path, OpenFlags.WriteOnly | OpenFlags.Append | OpenFlags.Create | OpenFlags.NonBlocking, Mode);
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
