using System.Runtime.InteropServices;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Netlink;

/// <summary>
/// Makes the kernel forget flows: of a protocol without an end, one that goes on keeps the way it took when it began,
/// whatever the firewall says since. Of the calling thread's network namespace. Not for several threads at a time.
/// Source: linux/netfilter/nfnetlink_conntrack.h, Linux 6.1.
/// </summary>
public sealed unsafe class ConntrackSocket : IDisposable
{
    private const int Netfilter = 12;
    private const ushort New = 0x100, Get = 0x101, Delete = 0x102;

    // A dump's parts are at most 32 KiB.
    private const int BufferSize = 64 * 1024;

    private readonly FileDescriptor _socket;
    private readonly byte[] _buffer = new byte[BufferSize];
    private uint _sequence;

    private ConntrackSocket(FileDescriptor socket) => _socket = socket;

    /// <summary>Errors: KernelException, EPROTONOSUPPORT where the kernel has none.</summary>
    public static ConntrackSocket Open() => new(new FileDescriptor(Kernel.Check(
        NativeSockets.Create(
            NetlinkNumbers.AF_NETLINK, NetlinkNumbers.SOCK_RAW | NativeSockets.CloseOnExec, Netfilter),
        "socket", "ctnetlink")));

    /// <summary>Forgets the flows to these ports; answers how many there were. Errors: KernelException.</summary>
    public int Forget(IReadOnlyCollection<TrackedPort> ports)
    {
        var flows = new List<(byte Family, byte[] Tuple)>();
        foreach (var family in (ReadOnlySpan<byte>)[NetlinkNumbers.AF_INET, NetlinkNumbers.AF_INET6])
        {
            Ask(Get, NetlinkNumbers.NLM_F_DUMP, family, default, body =>
            {
                if (ConntrackAnswers.TupleTo(body, ports) is { IsEmpty: false } tuple)
                {
                    flows.Add((family, tuple.ToArray()));
                }
            });
        }

        foreach (var (family, tuple) in flows)
        {
            Ask(Delete, NetlinkNumbers.NLM_F_ACK, family, tuple, static _ => { });
        }

        return flows.Count;
    }

    public void Dispose() => _socket.Dispose();

    // Until the end of the dump, or the acknowledgement.
    private void Ask(ushort type, ushort flags, byte family, ReadOnlySpan<byte> tuple, Action<ReadOnlySpan<byte>> read)
    {
        var writer = new NetlinkWriter();
        var start = writer.Begin(type, flags, ++_sequence);
        writer.Bytes(family, 0, 0, 0);
        if (!tuple.IsEmpty)
        {
            var nest = writer.Nest(ConntrackAnswers.OriginalTuple);
            writer.Bytes(tuple);
            writer.EndNest(nest);
        }

        writer.End(start);
        Send(writer.Written);
        while (true)
        {
            var messages = new NetlinkMessages(Receive());
            while (messages.Next())
            {
                if (messages.Sequence != _sequence)
                {
                    continue;
                }

                switch (messages.Type)
                {
                    case NetlinkNumbers.NLMSG_DONE:
                        return;
                    case NetlinkNumbers.NLMSG_ERROR:
                        Check(messages.Body);
                        return;
                    case New:
                        read(messages.Body);
                        break;
                    default:
                        break;
                }
            }
        }
    }

    // One that has ended by itself meanwhile is forgotten, too.
    private static void Check(ReadOnlySpan<byte> body)
    {
        var errno = body.Length < sizeof(int) ? Errno.EBADMSG : (Errno)(-MemoryMarshal.Read<int>(body));
        if (errno is not (Errno.None or Errno.ENOENT))
        {
            throw new KernelException("forget flows", errno, "ctnetlink");
        }
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        // SAFETY: pinned for the call, and its length given.
        fixed (byte* start = bytes)
        {
            nint sent;
            do
            {
                sent = NativeSockets.Send(_socket.Number, start, (nuint)bytes.Length, NativeSockets.NoSignal);
            }
            while (Kernel.Interrupted(sent));
            Kernel.Check(sent, "send", "ctnetlink");
        }
    }

    private ReadOnlySpan<byte> Receive()
    {
        // SAFETY: pinned for the call, and its length given.
        fixed (byte* start = _buffer)
        {
            nint count;
            do
            {
                count = NativeSockets.Receive(_socket.Number, start, BufferSize, 0);
            }
            while (Kernel.Interrupted(count));

            return _buffer.AsSpan(0, (int)Kernel.Check(count, "recv", "ctnetlink"));
        }
    }
}
