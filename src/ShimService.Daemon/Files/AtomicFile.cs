using Microsoft.Win32.SafeHandles;

namespace ShimService.Daemon.Files;

/// <summary>Replaces small files whole: a reader sees the old bytes or the new ones, never a mixture.</summary>
internal static class AtomicFile
{
    /// <summary>Survives a kill of this process at any instant. For a tmpfs, where fsync has nothing to do.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = path + ".new";
        using (var file = Open(temporary))
        {
            RandomAccess.Write(file, bytes, 0);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.Read);
}
