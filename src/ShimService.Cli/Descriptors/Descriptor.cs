using System.Runtime.InteropServices;

namespace ShimService.Cli.Descriptors;

/// <summary>One of our three descriptors, whoever gave it to us and in whatever mode. Calls block.</summary>
internal static unsafe class Descriptor
{
    private const int Interrupted = 4; // EINTR
    private const int WouldBlock = 11; // EAGAIN: somebody shares the descriptor and made it non-blocking

    /// <returns>Bytes read; 0 = end. The end of a terminal that was hung up (EIO) is an end too.</returns>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        while (true)
        {
            nint count;

            // SAFETY: the buffer stays pinned during the call, which writes at most its length.
            fixed (byte* start = buffer)
            {
                count = DescriptorNative.Read(descriptor, start, (nuint)buffer.Length);
            }

            if (count >= 0)
            {
                return (int)count;
            }

            if (!MayRetry(descriptor, PollRequest.Readable))
            {
                return 0;
            }
        }
    }

    /// <exception cref="IOException">The other end is gone (EPIPE) or the disk is full.</exception>
    public static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint count;

            // SAFETY: the bytes stay pinned during the call, which reads at most their length.
            fixed (byte* start = bytes)
            {
                count = DescriptorNative.Write(descriptor, start, (nuint)bytes.Length);
            }

            if (count >= 0)
            {
                bytes = bytes[(int)count..];
            }
            else if (!MayRetry(descriptor, PollRequest.Writable))
            {
                string reason = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
                throw new IOException($"write to descriptor {descriptor}: {reason}");
            }
        }
    }

    private static bool MayRetry(int descriptor, short wanted)
    {
        switch (Marshal.GetLastPInvokeError())
        {
            case Interrupted:
                return true;
            case WouldBlock:
                var request = new PollRequest { Descriptor = descriptor, Wanted = wanted };

                // SAFETY: one request on our stack, as the count says.
                _ = DescriptorNative.Poll(&request, 1, -1);
                return true;
            default:
                return false;
        }
    }
}
