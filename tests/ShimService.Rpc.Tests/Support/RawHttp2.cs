using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace ShimService.Rpc.Tests.Support;

/// <summary>An HTTP/2 client that sends what it is told, and no more: for headers no library would send.</summary>
internal sealed class RawHttp2 : IAsyncDisposable
{
    private readonly NetworkStream _stream;
    private uint _nextStream = 1;

    private RawHttp2(Socket socket) => _stream = new(socket, ownsSocket: true);

    public static async Task<RawHttp2> ConnectAsync(string socketPath)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath));
        var client = new RawHttp2(socket);
        await client._stream.WriteAsync(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        await client.SendAsync(4, 0, 0, []);
        return client;
    }

    /// <summary>A literal field without indexing, name and value spelled out. RFC 7541 section 6.2.2.</summary>
    public static byte[] Literal(string name, string value) =>
        [0, .. Text(Encoding.UTF8.GetBytes(name)), .. Text(Encoding.UTF8.GetBytes(value))];

    /// <summary>
    /// A literal field whose name is in the static table, added to the dynamic one. RFC 7541 section 6.2.1.
    /// </summary>
    public static byte[] Indexed(byte nameIndex, string value) =>
        [(byte)(0x40 | nameIndex), .. Text(Encoding.UTF8.GetBytes(value))];

    public static byte[] PostHeaders(string path, byte[] authority, string scheme = "http") =>
    [
        .. Literal(":method", "POST"),
        .. Literal(":scheme", scheme),
        .. Literal(":path", path),
        .. authority,
        .. Literal("content-type", "application/grpc"),
        .. Literal("te", "trailers"),
    ];

    /// <summary>One gRPC call with one message. What came back: "answered", "failed", "reset 1", "closed".</summary>
    public async Task<string> CallAsync(byte[] headers, byte[] message)
    {
        uint stream = _nextStream;
        _nextStream += 2;
        await SendAsync(1, 4, stream, headers);
        byte[] frame = [0, 0, 0, 0, 0, .. message];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        await SendAsync(0, 1, stream, frame);
        bool data = false;
        while (await ReadAsync() is var (type, flags, of, payload))
        {
            switch (type)
            {
                case 0 when of == stream && (flags & 1) != 0:
                    return "ended by data";
                case 0 when of == stream:
                    data = true;
                    break;
                case 1 when of == stream && (flags & 1) != 0:
                    return data ? "answered" : "failed";
                case 3 when of == stream:
                    return $"reset {BinaryPrimitives.ReadInt32BigEndian(payload)}";
                case 7:
                    return "closed";
                default:
                    break;
            }
        }

        return "closed";
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static byte[] Text(byte[] bytes) => [(byte)bytes.Length, .. bytes];

    private async Task SendAsync(byte type, byte flags, uint stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await _stream.WriteAsync(frame);
    }

    private async Task<(byte Type, byte Flags, uint Stream, byte[] Payload)?> ReadAsync()
    {
        try
        {
            var header = new byte[9];
            await _stream.ReadExactlyAsync(header, Limit.Token());
            var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header) >> 8];
            await _stream.ReadExactlyAsync(payload, Limit.Token());
            return (header[3], header[4], BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(5)), payload);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
