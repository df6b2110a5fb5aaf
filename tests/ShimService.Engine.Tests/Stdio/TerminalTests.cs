using System.Net.Sockets;
using System.Text;
using ShimService.Engine.Stdio;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Stdio;

public sealed class TerminalTests
{
    [Fact]
    public async Task ProcessExited_WhenOutputIsBuffered_ThenAllOfItIsCopiedFirst()
    {
        await using var fixture = new StdioFixture();
        var log = fixture.PathOf("c.log");
        var (stdio, slave) = await LaunchAsync(fixture, new StdioRequest("", $"log://{log}", "", Terminal: true));
        var data = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 60_000).Select(i => $"{i}\n")));

        await Task.Factory.StartNew(() => Files.Write(slave, data), TaskCreationOptions.LongRunning)
            .WaitAsync(StdioFixture.Limit);
        slave.Dispose();
        stdio.ProcessExited();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        Assert.True(CriLog.Read(await File.ReadAllBytesAsync(log)).Stdout.AsSpan().SequenceEqual(data));
    }

    [Fact]
    public async Task ProcessExited_WhenSomebodyStillHoldsTheSlave_ThenEndsAllTheSame()
    {
        await using var fixture = new StdioFixture();
        var log = fixture.PathOf("c.log");
        var (stdio, slave) = await LaunchAsync(fixture, new StdioRequest("", $"log://{log}", "", Terminal: true));
        using var held = slave;
        Files.Write(slave, "bye"u8);

        stdio.ProcessExited();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        Assert.Equal("bye", Encoding.UTF8.GetString(CriLog.Read(await File.ReadAllBytesAsync(log)).Stdout));
    }

    [Fact]
    public async Task Attach_WhenAllSlavesWereClosedAndOneIsOpenedAgain_ThenOutputGoesOn()
    {
        await using var fixture = new StdioFixture();
        var master = Files.Open("/dev/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
        using var observer = Descriptors.Duplicate(master);
        var stdio = await fixture.PrepareAsync(new StdioRequest("", "", "", Terminal: true));
        using var attachment = stdio.Attach();
        var chunks = attachment.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator();
        var first = Native.OpenSlave(master);
        Native.MakeRaw(first);
        stdio.Launched();
        stdio.UseTerminal(master);

        Files.Write(first, "one"u8);
        Assert.Equal("one", await NextAsync(chunks));
        first.Dispose();
        using (var second = Native.OpenSlave(observer))
        {
            Files.Write(second, "two"u8);
            Assert.Equal("two", await NextAsync(chunks));
        }

        stdio.ProcessExited();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);
        Assert.False(await chunks.MoveNextAsync().AsTask().WaitAsync(StdioFixture.Limit));
    }

    [Fact]
    public async Task WriteStdinAsync_WhenAttached_ThenTheProcessReadsIt()
    {
        await using var fixture = new StdioFixture();
        var (stdio, slave) = await LaunchAsync(fixture, new StdioRequest("attach:", "", "", Terminal: true));
        using var held = slave;

        await stdio.WriteStdinAsync("typed\n"u8.ToArray(), CancellationToken.None);

        Assert.Equal("typed\n", await ReadAsync(slave));
    }

    [Fact]
    public async Task ReadInput_WhenStdinIsAFifo_ThenTheProcessReadsIt()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("in");
        var (_, slave) = await LaunchAsync(fixture, new StdioRequest(fifo, "", "", Terminal: true));
        using var held = slave;

        await File.WriteAllTextAsync(fifo, "typed\n");

        Assert.Equal("typed\n", await ReadAsync(slave));
    }

    [Fact]
    public async Task Resize_WhenTerminalIsThere_ThenTheProcessSeesTheSize()
    {
        await using var fixture = new StdioFixture();
        var (stdio, slave) = await LaunchAsync(fixture, new StdioRequest("", "", "", Terminal: true));
        using var held = slave;

        stdio.Resize(120, 40);

        Assert.Equal(((ushort)120, (ushort)40), Terminals.ReadSize(slave));
    }

    [Fact]
    public async Task Resize_WhenCalledBeforeTheTerminalExists_ThenItGetsTheSizeLater()
    {
        await using var fixture = new StdioFixture();
        var master = Files.Open("/dev/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
        using var slave = Native.OpenSlave(master);
        var stdio = await fixture.PrepareAsync(new StdioRequest("", "", "", Terminal: true));

        stdio.Resize(90, 30);
        stdio.Launched();
        stdio.UseTerminal(master);

        Assert.Equal(((ushort)90, (ushort)30), Terminals.ReadSize(slave));
    }

    [Theory]
    [InlineData(-1, 1, "width")]
    [InlineData(1, 65536, "height")]
    public async Task Resize_WhenOutOfRange_ThenInvalidArgument(int width, int height, string field)
    {
        await using var fixture = new StdioFixture();
        var (stdio, slave) = await LaunchAsync(fixture, new StdioRequest("", "", "", Terminal: true));
        using var held = slave;

        var refused = Assert.Throws<TaskException>(() => stdio.Resize(width, height));

        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.Equal(field, refused.Field);
    }

    [Fact]
    public async Task UseTerminal_WhenAConsoleSocketWantsIt_ThenItGetsTheMasterWithItsName()
    {
        await using var fixture = new StdioFixture();
        var path = fixture.PathOf(new string('d', 120));
        Directory.CreateDirectory(path);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(fixture.PathOf("s")));
        File.Move(fixture.PathOf("s"), Path.Combine(path, "console.sock"));
        listener.Listen(1);
        var request =
            new StdioRequest("", "", "", Terminal: true) { ConsoleSocket = Path.Combine(path, "console.sock") };
        var (stdio, slave) = await LaunchAsync(fixture, request);
        using var held = slave;
        using var accepted = await listener.AcceptAsync().WaitAsync(StdioFixture.Limit);

        using var master = Native.ReceiveDescriptor(accepted, out var name);

        Assert.Equal("/dev/ptmx", name);
        Files.Write(slave, "through the socket's master"u8);
        Assert.Equal("through the socket's master", await ReadAsync(master));
        await stdio.Drained.WaitAsync(StdioFixture.Limit);
    }

    [Fact]
    public async Task PrepareAsync_WhenConsoleSocketIsNotThere_ThenInvalidArgument()
    {
        await using var fixture = new StdioFixture();

        var refused = await Assert.ThrowsAsync<TaskException>(() => fixture.PrepareAsync(
            new StdioRequest("", "", "", Terminal: true) { ConsoleSocket = fixture.PathOf("none.sock") }));

        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.Equal("console_socket", refused.Field);
    }

    [Fact]
    public async Task CloseAsync_WhenTerminalIsOpen_ThenItsSlavesAreHungUp()
    {
        await using var fixture = new StdioFixture();
        var (stdio, slave) = await LaunchAsync(fixture, new StdioRequest("attach:", "", "", Terminal: true));
        using var held = slave;

        await stdio.CloseAsync().AsTask().WaitAsync(StdioFixture.Limit);

        Assert.Equal(0, Files.Read(slave, new byte[10]));
    }

    private static async Task<(ProcessStdio Stdio, FileDescriptor Slave)> LaunchAsync(
        StdioFixture fixture, StdioRequest request)
    {
        var master = Files.Open("/dev/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
        var slave = Native.OpenSlave(master);
        Native.MakeRaw(slave);
        var stdio = await fixture.PrepareAsync(request);
        stdio.Launched();
        stdio.UseTerminal(master);
        return (stdio, slave);
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<StdioChunk> chunks)
    {
        Assert.True(await chunks.MoveNextAsync().AsTask().WaitAsync(StdioFixture.Limit));
        return Encoding.UTF8.GetString(chunks.Current.Data.Span);
    }

    private static Task<string> ReadAsync(FileDescriptor descriptor) => Task.Factory.StartNew(
        () =>
        {
            var buffer = new byte[1000];
            return Encoding.UTF8.GetString(buffer, 0, Files.Read(descriptor, buffer));
        },
        TaskCreationOptions.LongRunning).WaitAsync(StdioFixture.Limit);
}
