using System.Net.Sockets;

namespace ShimService.EndToEnd.Tests;

/// <summary>Connections as the wire shows them.</summary>
[Collection(ShimdCollection.Name)]
public class ConnectionTests(ShimdFixture fixture)
{
    private const byte GoAway = 7;

    [Fact]
    public async Task Connection_WhenNoCallIsOpen_ThenTheServerKeepsIt()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(fixture.Daemon.Socket));
        await socket.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await socket.SendAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0 });

        // Kestrel looks at its connections once a second: three seconds are enough to be thrown out.
        using var watched = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        byte[] header = new byte[9];
        try
        {
            while (true)
            {
                await ReadAsync(socket, header, watched.Token);
                Assert.NotEqual(GoAway, header[3]);
                await ReadAsync(socket, new byte[(header[0] << 16) | (header[1] << 8) | header[2]], watched.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Nothing more came, and that is what is asked for.
        }
    }

    private static async Task ReadAsync(Socket socket, byte[] buffer, CancellationToken cancel)
    {
        for (int count = 0; count < buffer.Length;)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(count), cancel);
            Assert.True(read > 0, "the server closed the connection");
            count += read;
        }
    }
}
