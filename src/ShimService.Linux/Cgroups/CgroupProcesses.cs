using System.Buffers.Text;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Cgroups;

/// <summary>Reads the processes of a directory and of the cgroups inside it.</summary>
internal static class CgroupProcesses
{
    private const int HeaderLength = 19;
    private const byte Directory = 4;

    /// <summary>Adds the processes, as the host numbers them. A cgroup that goes away meanwhile has none.</summary>
    public static void Collect(FileDescriptor directory, List<int> processes)
    {
        Span<byte> buffer = stackalloc byte[4096];
        ReadFile(directory, buffer, processes);
        foreach (string child in Children(directory))
        {
            using FileDescriptor? inner =
                FileCalls.TryOpen(directory, child, OpenFlags.ReadOnly | OpenFlags.Directory, out _);
            if (inner is not null)
            {
                Collect(inner, processes);
            }
        }
    }

    /// <summary>Names of the cgroups directly inside. The descriptor is read from its start; not O_PATH.</summary>
    public static List<string> Children(FileDescriptor directory)
    {
        List<string> children = [];
        Span<byte> buffer = stackalloc byte[8192];
        for (int length; (length = FileCalls.ReadEntries(directory, buffer, out _)) > 0;)
        {
            for (ReadOnlySpan<byte> rest = buffer[..length]; rest.Length > HeaderLength;)
            {
                // struct linux_dirent64: ino 8, off 8, reclen 2, type 1, name.
                ushort size = BitConverter.ToUInt16(rest[16..]);
                ReadOnlySpan<byte> name = rest[HeaderLength..size];
                name = name[..name.IndexOf((byte)0)];
                if (rest[18] == Directory && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                {
                    children.Add(System.Text.Encoding.UTF8.GetString(name));
                }

                rest = rest[size..];
            }
        }

        return children;
    }

    private static void ReadFile(FileDescriptor directory, Span<byte> buffer, List<int> processes)
    {
        using FileDescriptor? file = FileCalls.TryOpen(directory, "cgroup.procs", OpenFlags.ReadOnly, out _);
        int kept = 0;
        long offset = 0;
        while (file is not null)
        {
            int read = FileCalls.ReadAt(file, buffer[kept..], offset, out Errno errno);
            if (read <= 0 || errno != Errno.None)
            {
                return;
            }

            offset += read;
            ReadOnlySpan<byte> text = buffer[..(kept + read)];
            for (int line; (line = text.IndexOf((byte)'\n')) >= 0; text = text[(line + 1)..])
            {
                if (Utf8Parser.TryParse(text[..line], out int pid, out _) && pid > 0)
                {
                    processes.Add(pid);
                }
            }

            kept = text.Length;
            text.CopyTo(buffer);
        }
    }
}
