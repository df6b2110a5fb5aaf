using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;
using ShimService.Shim.CommandLine;

namespace ShimService.Shim.Start;

/// <summary>What the caller has put on stdin: a small message, or nothing.</summary>
internal static class StandardInput
{
    private const int Largest = 10 << 20;

    /// <summary>To its end. A terminal holds no message: a person has called, who would have to press ctrl-d.</summary>
    public static byte[] Read()
    {
        using var stdin = Open();
        if (stdin is null || Terminals.IsTerminal(stdin))
        {
            return [];
        }

        var buffer = new byte[4096];
        var length = 0;
        while (Files.Read(stdin, buffer.AsSpan(length), "stdin") is > 0 and var count)
        {
            length += count;
            if (length == buffer.Length)
            {
                if (length >= Largest)
                {
                    throw new UsageException($"stdin holds more than {Largest} bytes");
                }

                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        return buffer[..length];
    }

    private static FileDescriptor? Open()
    {
        try
        {
            return Files.Open("/proc/self/fd/0", OpenFlags.ReadOnly);
        }
        catch (KernelException)
        {
            // Closed, or a socket, which cannot be opened by name.
            return null;
        }
    }
}
