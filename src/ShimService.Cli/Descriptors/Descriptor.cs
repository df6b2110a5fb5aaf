using System.Runtime.InteropServices;

namespace ShimService.Cli.Descriptors;

/// <summary>
/// One of our three descriptors, or a terminal's other end, whoever gave it to us and in whatever mode. Calls block.
/// </summary>
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

    /// <summary>
    /// Waits until there is something to read, or until the other end of <paramref name="wake"/> is closed: then it is
    /// a look, no wait.
    /// </summary>
    /// <returns>Whether there is something, the end included.</returns>
    public static bool AwaitReadable(int descriptor, int wake)
    {
        PollRequest* requests = stackalloc PollRequest[2];
        requests[0] = new PollRequest { Descriptor = descriptor, Wanted = PollRequest.Readable };
        requests[1] = new PollRequest { Descriptor = wake, Wanted = PollRequest.Readable };
        int ready;
        do
        {
            // SAFETY: two requests on our stack, as the count says.
            ready = DescriptorNative.Poll(requests, 2, -1);
        }
        while (ready < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return requests[0].Happened != 0;
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
