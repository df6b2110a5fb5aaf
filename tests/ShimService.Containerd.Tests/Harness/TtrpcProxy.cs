using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using ShimService.Contracts.Ttrpc;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>
/// Between the client and the server of a ttrpc connection: sees every request, and may meddle with it. While nobody
/// serves the target, whoever connects here is hung up on.
/// </summary>
internal sealed class TtrpcProxy : IAsyncDisposable
{
    private const int HeaderSize = 10;
    private const byte RequestType = 1;
    private const byte ResponseType = 2;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _path;
    private readonly string _target;
    private readonly Func<Request, ProxiedFate> _decide;
    private readonly ConcurrentQueue<ProxiedCall> _answered = new();
    private readonly ConcurrentDictionary<Socket, Task> _connections = new();
    private readonly Task _accepting;

    /// <param name="path">Where clients connect.</param>
    /// <param name="target">The server's socket.</param>
    /// <param name="decide">Asked for each request, on any thread.</param>
    public TtrpcProxy(string path, string target, Func<Request, ProxiedFate> decide)
    {
        (_path, _target, _decide) = (path, target, decide);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Requests the server has answered, lost answers included, in that order.</summary>
    public IReadOnlyCollection<ProxiedCall> Answered => _answered;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach ((Socket client, Task serving) in _connections)
        {
            client.Dispose();
            await serving;
        }

        File.Delete(_path);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync();
                _connections[client] = ServeAsync(client);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        using (var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            try
            {
                await server.ConnectAsync(new UnixDomainSocketEndPoint(_target));
            }
            catch (SocketException)
            {
                return;
            }

            var pending = new ConcurrentDictionary<uint, ProxiedCall>();
            using var writing = new SemaphoreSlim(1);
            Task requests = EndingAsync(() => RequestsAsync(client, server, pending, writing), client, server);
            await EndingAsync(() => AnswersAsync(client, server, pending, writing), client, server);
            await requests;
        }
    }

    // The end of one direction is the end of both.
    private static async Task EndingAsync(Func<Task> copy, Socket client, Socket server)
    {
        try
        {
            await copy();
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
        {
            // Hung up.
        }

        client.Dispose();
        server.Dispose();
    }

    private async Task RequestsAsync(
        Socket client, Socket server, ConcurrentDictionary<uint, ProxiedCall> pending, SemaphoreSlim writing)
    {
        while (true)
        {
            byte[] frame = await ReadFrameAsync(client);
            if (frame[8] == RequestType)
            {
                Request request = Request.Parser.ParseFrom(frame.AsSpan(HeaderSize));
                var call = new ProxiedCall(request, _decide(request));
                if (call.Fate == ProxiedFate.AnswerEmpty)
                {
                    byte[] answer = new byte[HeaderSize];
                    frame.AsSpan(4, 4).CopyTo(answer.AsSpan(4));
                    answer[8] = ResponseType;
                    await WriteAsync(client, answer, writing);
                    continue;
                }

                pending[StreamOf(frame)] = call;
            }

            await SendAsync(server, frame);
        }
    }

    private async Task AnswersAsync(
        Socket client, Socket server, ConcurrentDictionary<uint, ProxiedCall> pending, SemaphoreSlim writing)
    {
        while (true)
        {
            byte[] frame = await ReadFrameAsync(server);
            if (frame[8] == ResponseType && pending.TryRemove(StreamOf(frame), out ProxiedCall? call))
            {
                _answered.Enqueue(call);
                if (call.Fate == ProxiedFate.LoseAnswer)
                {
                    return;
                }
            }

            await WriteAsync(client, frame, writing);
        }
    }

    private static uint StreamOf(byte[] frame) => BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4));

    private static async Task WriteAsync(Socket to, byte[] frame, SemaphoreSlim writing)
    {
        await writing.WaitAsync();
        try
        {
            await SendAsync(to, frame);
        }
        finally
        {
            writing.Release();
        }
    }

    private static async Task SendAsync(Socket to, byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            sent += await to.SendAsync(bytes.AsMemory(sent));
        }
    }

    private static async Task<byte[]> ReadFrameAsync(Socket from)
    {
        byte[] header = new byte[HeaderSize];
        await FillAsync(from, header);
        byte[] frame = new byte[HeaderSize + (int)BinaryPrimitives.ReadUInt32BigEndian(header)];
        header.CopyTo(frame, 0);
        await FillAsync(from, frame.AsMemory(HeaderSize));
        return frame;
    }

    private static async Task FillAsync(Socket from, Memory<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int count = await from.ReceiveAsync(buffer);
            buffer = count > 0 ? buffer[count..] : throw new EndOfStreamException();
        }
    }
}
