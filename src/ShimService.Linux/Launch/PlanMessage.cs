using System.Runtime.InteropServices;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// A plan and its descriptors as one message over the sync socket, which a child receives with
/// <see cref="FirstOperations"/>. A plan too large for a socket goes in a file in memory, and the message holds the one
/// operation that reads it.
/// </summary>
internal static unsafe class PlanMessage
{
    /// <summary>SCM_MAX_FD of the kernel (include/net/scm.h).</summary>
    public const int MostDescriptors = 253;

    /// <summary>CMSG_SPACE of as many.</summary>
    public const int LongestControl = HeaderLength + 1016;

    /// <summary>
    /// Far below what a socket takes (net.core.wmem_default is 208 KiB), and above what all but odd plans need.
    /// </summary>
    public const int LargestInline = 96 << 10;

    private const int HeaderLength = 16;

    /// <summary>Sends; the handles may be closed when it returns. Errors: KernelException, ArgumentException.</summary>
    /// <param name="sync">This process's end.</param>
    /// <param name="encoder">Has encoded the plan.</param>
    /// <param name="descriptors">For 0, 1, 2, 3, … in the child.</param>
    public static void Send(FileDescriptor sync, PlanEncoder encoder, IReadOnlyList<SafeHandle> descriptors)
    {
        if (!encoder.IsLarge)
        {
            Send(sync, encoder.Bytes, descriptors);
            return;
        }

        if (encoder.Bytes.Length > ChildMemory.PlanLength - sizeof(NativeOperation))
        {
            throw new KernelException("execve", Errno.E2BIG, "the plan of a launch",
                "arguments, environment and mounts are larger than any program could be given");
        }

        using var file = MemoryFile(encoder.Bytes);
        // SAFETY: the operation is a local of this frame, complete before its bytes are sent, and copied by the kernel.
        var read = new NativeOperation
        {
            Number = SystemCalls.Number(SystemCall.Pread64),
            Minimum = encoder.Bytes.Length,
        };
        read.Arguments[0] = descriptors.Count;
        read.Arguments[1] = encoder.Start;
        read.Arguments[2] = encoder.Bytes.Length;
        Send(sync, new ReadOnlySpan<byte>(&read, sizeof(NativeOperation)), [.. descriptors, file]);
    }

    private static void Send(FileDescriptor sync, ReadOnlySpan<byte> bytes, IReadOnlyList<SafeHandle> descriptors)
    {
        if (descriptors.Count > MostDescriptors)
        {
            throw new ArgumentException($"{descriptors.Count} descriptors for one launch: at most {MostDescriptors}");
        }

        var control = stackalloc byte[LongestControl];
        // SAFETY: a cmsghdr, and behind it at most MostDescriptors numbers; the handles are open until the call is
        // over, and the bytes are pinned for it.
        *(nuint*)control = (nuint)(HeaderLength + (sizeof(int) * descriptors.Count));
        *(int*)(control + 8) = NativeSockets.SocketLevel;
        *(int*)(control + 12) = NativeSockets.Rights;
        var numbers = (int*)(control + HeaderLength);
        for (var i = 0; i < descriptors.Count; i++)
        {
            numbers[i] = !descriptors[i].IsInvalid && !descriptors[i].IsClosed
                ? (int)descriptors[i].DangerousGetHandle()
                : throw new ArgumentException("a descriptor of the launch is closed");
        }

        fixed (byte* start = bytes)
        {
            var segment = new SocketSegment { Start = start, Length = (nuint)bytes.Length };
            var message = new SocketMessage
            {
                Segments = &segment,
                SegmentCount = 1,
                Control = control,
                ControlLength = (nuint)((HeaderLength + (sizeof(int) * descriptors.Count) + 7) & ~7),
            };
            nint sent;
            do
            {
                sent =
                    NativeSockets.SendMessage(sync.Number, &message, NativeSockets.NoSignal | NativeSockets.DontWait);
            }
            while (Kernel.Interrupted(sent));

            // A child that is dead is told by its end, with its reason.
            if (sent < 0 && Kernel.LastError is not (Errno.EPIPE or Errno.ECONNRESET))
            {
                throw new KernelException("sendmsg", Kernel.LastError, "the plan of a launch");
            }
        }
    }

    private static FileDescriptor MemoryFile(ReadOnlySpan<byte> bytes)
    {
        var file = MemoryFiles.Create("shimservice-plan"u8, MemoryFiles.CloseOnExec);
        Files.Write(file, bytes, "launch plan");
        return file;
    }
}
