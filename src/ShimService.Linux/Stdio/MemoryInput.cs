using ShimService.Linux.Launch;
using ShimService.Linux.Native;

namespace ShimService.Linux.Stdio;

/// <summary>
/// Bytes as the standard input of a program: a file in memory, at its beginning. Unlike a pipe it takes any length at
/// once, and a program that does not read it leaves nobody behind who writes.
/// </summary>
public static unsafe class MemoryInput
{
    /// <summary>Errors: KernelException.</summary>
    public static FileDescriptor Create(ReadOnlySpan<byte> content)
    {
        var file = MemoryFiles.Create("shimservice-input"u8, MemoryFiles.CloseOnExec);
        try
        {
            for (var written = 0; written < content.Length;)
            {
                // SAFETY: the span is pinned for the call and no more than what is left of it is written.
                fixed (byte* start = content[written..])
                {
                    var count = NativeFile.WriteAt(
                        file.Number, start, (nuint)(content.Length - written), written);
                    written += (int)Kernel.Check(count, "pwrite", "a file in memory");
                }
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
