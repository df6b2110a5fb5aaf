using System.Runtime.InteropServices;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Netlink;

/// <summary>
/// A connection to rtnetlink of one network namespace: that of the thread that opened it, for good. Calls do not wait
/// for anybody but the kernel. Not for several threads at a time. Errors: KernelException with step, object, errno and
/// the kernel's own words. Source: man 7 rtnetlink, man 7 netlink (NETLINK_EXT_ACK, Linux ≥ 4.12).
/// </summary>
public sealed unsafe class RouteSocket : IDisposable
{
    // A dump's parts are at most 32 KiB.
    private const int BufferSize = 64 * 1024;

    private readonly FileDescriptor _socket;
    private readonly byte[] _buffer = new byte[BufferSize];
    private uint _sequence;

    private RouteSocket(FileDescriptor socket) => _socket = socket;

    /// <summary>
    /// Of the calling thread's network namespace; <see cref="NamespaceVisitor"/> opens one elsewhere.
    /// </summary>
    public static RouteSocket Open()
    {
        var socket = new FileDescriptor(Kernel.Check(
            NativeSockets.Create(
                NetlinkNumbers.AF_NETLINK, NetlinkNumbers.SOCK_RAW | NativeSockets.CloseOnExec, NetlinkNumbers.NETLINK_ROUTE),
            "socket", "rtnetlink"));
        var on = 1;
        foreach (var option in (ReadOnlySpan<int>)
            [NetlinkNumbers.NETLINK_EXT_ACK, NetlinkNumbers.NETLINK_CAP_ACK, NetlinkNumbers.NETLINK_GET_STRICT_CHK])
        {
            // Older kernels know less of them and then say or filter less.
            // SAFETY: a local of the length given.
            _ = NativeSockets.SetOption(socket.Number, NetlinkNumbers.SOL_NETLINK, option, &on, sizeof(int));
        }

        return new RouteSocket(socket);
    }

    /// <summary>
    /// Makes the changes in order, all of them: the kernel does not stop at one that fails. Throws for the first that
    /// did.
    /// </summary>
    public void Run(RouteBatch batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        Send(batch.Bytes);
        KernelException? first = null;
        for (var answered = 0; answered < batch.Count;)
        {
            var messages = new NetlinkMessages(Receive());
            while (messages.Next())
            {
                var step = (int)messages.Sequence - 1;
                if (messages.Type != NetlinkNumbers.NLMSG_ERROR || step < 0 || step >= batch.Count)
                {
                    continue;
                }

                answered++;
                if (Failure(batch.Steps[step], messages) is { } failure)
                {
                    first ??= failure;
                }
            }
        }

        if (first is not null)
        {
            throw first;
        }
    }

    /// <summary>Null when there is none of that name.</summary>
    public LinkInfo? FindLink(string name)
    {
        var writer = new NetlinkWriter();
        var start = writer.Begin(NetlinkNumbers.RTM_GETLINK, 0, ++_sequence);
        writer.Link(0, 0, 0, 0);
        writer.Attribute(NetlinkNumbers.IFLA_IFNAME, name);
        writer.End(start);
        return Ask(writer, "find interface", name, Errno.ENODEV, NetlinkNumbers.RTM_NEWLINK, NetlinkAnswers.Link)
            .FirstOrDefault();
    }

    /// <summary>Every interface, lo too.</summary>
    public IReadOnlyList<LinkInfo> Links()
    {
        var writer = new NetlinkWriter();
        var start = writer.Begin(NetlinkNumbers.RTM_GETLINK, NetlinkNumbers.NLM_F_DUMP, ++_sequence);
        writer.Link(0, 0, 0, 0);
        writer.End(start);
        return Ask(writer, "list interfaces", "", Errno.None, NetlinkNumbers.RTM_NEWLINK, NetlinkAnswers.Link);
    }

    /// <summary>Every address of both families.</summary>
    public IReadOnlyList<AddressInfo> Addresses() => Dump(
        NetlinkNumbers.RTM_GETADDR, NetlinkNumbers.AddressSize, "list addresses", NetlinkNumbers.RTM_NEWADDR,
        static body => NetlinkAnswers.Address(body));

    /// <summary>
    /// Those that somebody has given for good and that are valid everywhere, of both families: what an interface does
    /// not get back by itself.
    /// </summary>
    public IReadOnlyList<AddressInfo> LastingAddresses() => Dump(
        NetlinkNumbers.RTM_GETADDR, NetlinkNumbers.AddressSize, "list addresses", NetlinkNumbers.RTM_NEWADDR,
        static body => NetlinkAnswers.IsLastingAddress(body) ? NetlinkAnswers.Address(body) : null);

    /// <summary>Unicast routes of the main table, both families.</summary>
    public IReadOnlyList<RouteInfo> Routes() => Dump(
        NetlinkNumbers.RTM_GETROUTE, NetlinkNumbers.RouteSize, "list routes", NetlinkNumbers.RTM_NEWROUTE,
        static body => NetlinkAnswers.Route(body));

    /// <summary>The number another namespace has in this one; null when it was given none.</summary>
    public int? NamespaceId(FileDescriptor other)
    {
        var writer = new NetlinkWriter();
        var start = writer.Begin(NetlinkNumbers.RTM_GETNSID, 0, ++_sequence);
        writer.Bytes(0, 0, 0, 0);
        writer.Attribute(NetlinkNumbers.NETNSA_FD, (uint)other.Number);
        writer.End(start);
        return Ask(writer, "ask for the number of a namespace", "", Errno.None, NetlinkNumbers.RTM_NEWNSID,
            static body => NetlinkAnswers.NamespaceId(body) is { } id ? new NamespaceNumber(id) : null)
            .FirstOrDefault()?.Value;
    }

    public void Dispose() => _socket.Dispose();

    private List<T> Dump<T>(ushort type, int size, string step, ushort answer, Func<ReadOnlySpan<byte>, T?> read)
        where T : struct
    {
        var writer = new NetlinkWriter();
        var start = writer.Begin(type, NetlinkNumbers.NLM_F_DUMP, ++_sequence);
        writer.Bytes(new byte[size]);
        writer.End(start);
        var found = new List<T>();
        _ = Ask<object>(writer, step, "", Errno.None, answer, body =>
        {
            if (read(body) is { } one)
            {
                found.Add(one);
            }

            return null;
        });
        return found;
    }

    // Until the acknowledgement, the end of the dump, or for a plain question its one answer.
    private List<T> Ask<T>(
        NetlinkWriter writer, string step, string subject, Errno tolerated, ushort answer, Func<ReadOnlySpan<byte>, T?> read)
        where T : class
    {
        var isDump = (MemoryMarshal.Read<ushort>(writer.Written[6..]) & NetlinkNumbers.NLM_F_DUMP) != 0;
        Send(writer.Written);
        var found = new List<T>();
        while (true)
        {
            var messages = new NetlinkMessages(Receive());
            while (messages.Next())
            {
                if (messages.Sequence != _sequence)
                {
                    continue;
                }

                if (messages.Type is NetlinkNumbers.NLMSG_ERROR)
                {
                    return Failure(
                        new RouteStep(step, subject, tolerated), messages) is { } failure ? throw failure : found;
                }

                if (messages.Type == answer && read(messages.Body) is { } one)
                {
                    found.Add(one);
                }

                if (messages.Type == NetlinkNumbers.NLMSG_DONE || !isDump)
                {
                    return found;
                }
            }
        }
    }

    private static KernelException? Failure(RouteStep step, NetlinkMessages message)
    {
        var errno = message.Body.Length < sizeof(int) ? Errno.EBADMSG : (Errno)(-MemoryMarshal.Read<int>(message.Body));
        return errno == Errno.None || errno == step.Tolerated
            ? null
            : new KernelException(
                step.Name, errno, step.Subject, NetlinkHints.For(
                    errno, NetlinkAnswers.Complaint(message.Body, message.Flags)));
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

            Kernel.Check(sent, "send", "rtnetlink");
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

            return _buffer.AsSpan(0, (int)Kernel.Check(count, "recv", "rtnetlink"));
        }
    }

    private sealed record NamespaceNumber(int Value);
}
