using System.Runtime.InteropServices;
using ShimService.Linux.Errors;

namespace ShimService.Linux.Native;

/// <summary>bpf(2), for device programs. Source: man 2 bpf, include/uapi/linux/bpf.h (union bpf_attr).</summary>
internal static unsafe partial class BpfCalls
{
    private const int BPF_PROG_LOAD = 5;
    private const int BPF_PROG_ATTACH = 8;
    private const int BPF_PROG_GET_FD_BY_ID = 13;
    private const int BPF_PROG_QUERY = 16;
    private const uint BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private const uint BPF_CGROUP_DEVICE = 6;
    private const uint BPF_F_ALLOW_MULTI = 2;
    private const uint BPF_F_REPLACE = 4;
    private const int MostAttached = 8;

    // Only device programs are loaded, which may use any license.
    private static ReadOnlySpan<byte> License => "Apache-2.0\0"u8;

    private static ReadOnlySpan<byte> Name => "shimservice_dev"u8;

    public static FileDescriptor? Load(ReadOnlySpan<byte> instructions, int count, out Errno errno)
    {
        // SAFETY: instructions and license are pinned for the call, the attribute is a local of the size given.
        fixed (byte* code = instructions, license = License)
        {
            LoadAttribute attribute = new()
            {
                Type = BPF_PROG_TYPE_CGROUP_DEVICE,
                Count = (uint)count,
                Instructions = (ulong)code,
                License = (ulong)license,
            };
            Name.CopyTo(new Span<byte>(attribute.Name, 16));
            return Descriptor(Bpf(BPF_PROG_LOAD, &attribute, sizeof(LoadAttribute)), out errno);
        }
    }

    /// <summary>Beside programs of others, or in the place of <paramref name="old"/>.</summary>
    public static Errno Attach(FileDescriptor cgroup, FileDescriptor program, FileDescriptor? old)
    {
        using Borrowed target = new(cgroup);
        using Borrowed loaded = new(program);
        using Borrowed replaced = new(old);
        AttachAttribute attribute = new()
        {
            Target = (uint)target.Number,
            Program = (uint)loaded.Number,
            Type = BPF_CGROUP_DEVICE,
            Flags = BPF_F_ALLOW_MULTI | (old is null ? 0 : BPF_F_REPLACE),
            Replaced = old is null ? 0 : (uint)replaced.Number,
        };

        // SAFETY: the attribute is a local of the size given.
        return Bpf(BPF_PROG_ATTACH, &attribute, sizeof(AttachAttribute)) >= 0
            ? Errno.None
            : (Errno)Marshal.GetLastPInvokeError();
    }

    /// <summary>The device program attached to this very cgroup; null with none, or when it cannot be told.</summary>
    public static FileDescriptor? FindAttached(FileDescriptor cgroup)
    {
        uint* ids = stackalloc uint[MostAttached];
        using Borrowed target = new(cgroup);
        QueryAttribute query = new()
        {
            Target = (uint)target.Number,
            Type = BPF_CGROUP_DEVICE,
            Ids = (ulong)ids,
            Count = MostAttached,
        };

        // SAFETY: the attribute is a local of the size given, and has room for as many ids as it says.
        if (Bpf(BPF_PROG_QUERY, &query, sizeof(QueryAttribute)) < 0 || query.Count == 0)
        {
            return null;
        }

        // The last one, which is ours when systemd has put one there too.
        IdAttribute attribute = new() { Id = ids[query.Count - 1] };

        // SAFETY: the attribute is a local of the size given.
        return Descriptor(Bpf(BPF_PROG_GET_FD_BY_ID, &attribute, sizeof(IdAttribute)), out _);
    }

    private static FileDescriptor? Descriptor(int result, out Errno errno)
    {
        errno = result >= 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
        return result >= 0 ? new FileDescriptor(result) : null;
    }

    // The kernel makes every descriptor of bpf(2) close-on-exec.
    private static int Bpf(int command, void* attribute, int size) =>
        (int)Syscall(
            RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321, command, attribute, (uint)size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Syscall(long number, long command, void* attribute, uint size);

    [StructLayout(LayoutKind.Sequential)]
    private struct LoadAttribute
    {
        public uint Type;
        public uint Count;
        public ulong Instructions;
        public ulong License;
        public uint LogLevel;
        public uint LogSize;
        public ulong LogBuffer;
        public uint KernelVersion;
        public uint Flags;
        public fixed byte Name[16];
        public uint Interface;
        public uint ExpectedType;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct AttachAttribute
    {
        public uint Target;
        public uint Program;
        public uint Type;
        public uint Flags;
        public uint Replaced;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct QueryAttribute
    {
        public uint Target;
        public uint Type;
        public uint QueryFlags;
        public uint AttachFlags;
        public ulong Ids;
        public uint Count;
        public uint Padding;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct IdAttribute
    {
        public uint Id;
        public uint NextId;
        public uint OpenFlags;
    }
}
