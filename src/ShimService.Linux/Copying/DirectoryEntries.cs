using System.Buffers.Binary;
using System.Text;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Copying;

/// <summary>The names in a directory, without "." and "..". Source: man 2 getdents64.</summary>
internal static class DirectoryEntries
{
    private const int LengthOffset = 16, NameOffset = 19, BufferSize = 32 << 10;

    /// <summary>Once for a descriptor: it reads on from where it is. Errors: KernelException.</summary>
    public static List<string> Read(FileDescriptor directory)
    {
        var names = new List<string>();
        var buffer = new byte[BufferSize];
        while (true)
        {
            var length = FileCalls.ReadEntries(directory, buffer, out var errno);
            if (errno != Errno.None)
            {
                throw new KernelException("getdents64", errno, "a directory that is copied");
            }

            if (length == 0)
            {
                return names;
            }

            for (var at = 0; at < length;)
            {
                var entry =
                    buffer.AsSpan(at, BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + LengthOffset)));
                var name = entry[NameOffset..];
                name = name[..name.IndexOf((byte)0)];
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                {
                    names.Add(Encoding.UTF8.GetString(name));
                }

                at += entry.Length;
            }
        }
    }
}
