using System.Net.Sockets;
using Google.Protobuf;
using ShimService.Contracts.Ttrpc;
using ShimService.Rpc.Ttrpc;

namespace ShimService.Rpc.Tests.Support;

/// <summary>A ttrpc peer, client or server, that sends what it is told.</summary>
internal sealed class RawTtrpc : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly FrameReader _reader;

    public RawTtrpc(Socket socket)
    {
        _socket = socket;
        _reader = new(memory => _socket.ReceiveAsync(memory, SocketFlags.None), int.MaxValue);
    }

    public static async Task<RawTtrpc> ConnectAsync(string socketPath) =>
        new(await UnixConnect.ConnectAsync(socketPath, TimeProvider.System, Limit.Token()));

    public Task SendAsync(uint stream, FrameType type, FrameFlags flags, IMessage? message) =>
        SendAsync(stream, type, flags, message?.ToByteArray() ?? []);

    public async Task SendAsync(uint stream, FrameType type, FrameFlags flags, byte[] payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader((uint)payload.Length, stream, type, flags).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        await SendAsync(frame);
    }

    public async Task SendAsync(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            sent += await _socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None, Limit.Token());
        }
    }

    public Task CallAsync(uint stream, string method, IMessage? request, FrameFlags flags = FrameFlags.None)
    {
        var call = new Request
        {
            Service = "shimservice.conformance.v1.Conformance",
            Method = method,
            Payload = request?.ToByteString() ?? ByteString.Empty,
        };
        return SendAsync(stream, FrameType.Request, flags, call);
    }

    /// <summary>Null when the peer has closed.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)?> ReadAsync()
    {
        try
        {
            return await _reader.ReadAsync().AsTask().InTime() is { } frame
                ? (frame.Header, frame.Payload.Span.ToArray())
                : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public async Task<(uint Stream, Response Response)> ReadResponseAsync()
    {
        (FrameHeader header, byte[] payload) = (await ReadAsync())!.Value;
        Assert.Equal((FrameType.Response, FrameFlags.None), (header.Type, header.Flags));
        return (header.StreamId, Response.Parser.ParseFrom(payload));
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
