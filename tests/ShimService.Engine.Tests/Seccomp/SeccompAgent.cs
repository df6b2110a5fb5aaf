using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Linux;

namespace ShimService.Engine.Tests.Seccomp;

/// <summary>
/// Who decides the calls of a filter that notifies: listens where the spec says, and answers every call of each
/// listener it is given. Source: man 2 seccomp_unotify.
/// </summary>
internal sealed unsafe partial class SeccompAgent : IDisposable
{
    private const nuint Receive = 0xC0502100;
    private const nuint Send = 0xC0182101;
    private const uint Continue = 1;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<FileDescriptor> _listeners = [];

    /// <param name="path">Of the socket.</param>
    /// <param name="decide">By the call's number: the errno it fails with; 0 = it goes on.</param>
    public SeccompAgent(string path, Func<int, int> decide)
    {
        Path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _socket.Listen(16);
        new Thread(() => Accept(decide)) { IsBackground = true }.Start();
    }

    public string Path { get; }

    /// <summary>The states that came with the listeners, in order.</summary>
    public List<JsonNode> States { get; } = [];

    /// <summary>The numbers of the calls decided.</summary>
    public List<int> Calls { get; } = [];

    public void Dispose()
    {
        _socket.Dispose();
        lock (_listeners)
        {
            _listeners.ForEach(listener => listener.Dispose());
        }
    }

    private void Accept(Func<int, int> decide)
    {
        try
        {
            while (true)
            {
                using var connection = _socket.Accept();
                var listener = Native.ReceiveDescriptor(connection, out var state);
                lock (States)
                {
                    States.Add(JsonNode.Parse(state)!);
                }

                lock (_listeners)
                {
                    _listeners.Add(listener);
                }

                new Thread(() => Decide(listener, decide)) { IsBackground = true }.Start();
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Decide(FileDescriptor listener, Func<int, int> decide)
    {
        var notice = stackalloc ulong[10];
        var answer = stackalloc ulong[3];
        while (true)
        {
            new Span<ulong>(notice, 10).Clear();
            if (ioctl(listener.Number, Receive, notice) != 0)
            {
                // 4 EINTR, 2 ENOENT: that process has gone; otherwise nobody has the filter any more.
                if (Marshal.GetLastPInvokeError() is 4 or 2 && poll(listener.Number) >= 0)
                {
                    continue;
                }

                return;
            }

            var call = (int)notice[2];
            lock (Calls)
            {
                Calls.Add(call);
            }

            var errno = decide(call);
            answer[0] = notice[0];
            answer[1] = 0;
            answer[2] = errno == 0 ? (ulong)Continue << 32 : (uint)-errno;
            _ = ioctl(listener.Number, Send, answer);
        }
    }

    // POLLHUP: the last process with the filter has ended.
    private static int poll(int descriptor)
    {
        var entry = stackalloc int[2] { descriptor, 0 };
        _ = poll(entry, 1, 0);
        return (entry[1] >> 16 & 0x10) != 0 ? -1 : 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, void* argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(int* entries, nuint count, int timeout);
}
