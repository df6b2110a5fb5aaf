using System.Text;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Stdio;

/// <summary>The calling process is this one: pidfd_getfd takes its own process too.</summary>
public sealed class PeerTests
{
    [Fact]
    public async Task PrepareAsync_WhenNoTerminal_ThenTheChildGetsTheCallersOwnFiles()
    {
        await using var fixture = new StdioFixture();
        var pipe = Descriptors.CreatePipe();
        var request = StdioFixture.Request(stdout: $"peerfd:{pipe.Write.Number}") with
        {
            PeerPid = Environment.ProcessId,
        };
        var (stdio, child) = await fixture.LaunchAsync(request);
        pipe.Write.Dispose();

        child.Print("direct");
        child.Exit();

        using var read = pipe.Read;
        var buffer = new byte[100];
        Assert.Equal("direct", Encoding.UTF8.GetString(buffer, 0, Files.Read(read, buffer)));
        Assert.Equal(0, Files.Read(read, buffer));
        await stdio.Drained.WaitAsync(StdioFixture.Limit);
    }

    [Fact]
    public async Task UseTerminal_WhenCallerGaveItsStdio_ThenBytesAreCopiedBothWays()
    {
        await using var fixture = new StdioFixture();
        var typed = Descriptors.CreatePipe();
        var shown = Descriptors.CreatePipe();
        var master = Files.Open("/dev/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
        using var slave = Native.OpenSlave(master);
        Native.MakeRaw(slave);
        var stdio = await fixture.PrepareAsync(
            new StdioRequest($"peerfd:{typed.Read.Number}", $"peerfd:{shown.Write.Number}", "", Terminal: true)
            {
                PeerPid = Environment.ProcessId,
            });
        stdio.Launched();
        stdio.UseTerminal(master);

        Files.Write(typed.Write, "ls\n"u8);
        Files.Write(slave, "files"u8);

        Assert.Equal("ls\n", await ReadAsync(slave));
        Assert.Equal("files", await ReadAsync(shown.Read));
        foreach (var end in new[] { typed.Read, typed.Write, shown.Read, shown.Write })
        {
            end.Dispose();
        }
    }

    [Fact]
    public async Task UseTerminal_WhenCallersOutputIsAFile_ThenItGoesOnAtItsPosition()
    {
        await using var fixture = new StdioFixture();
        var file = fixture.PathOf("typescript");
        using var target = Files.Open(file, OpenFlags.WriteOnly | OpenFlags.Create, 0b110_000_000);
        Files.Write(target, "before "u8);
        var master = Files.Open("/dev/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
        var slave = Native.OpenSlave(master);
        Native.MakeRaw(slave);
        var stdio = await fixture.PrepareAsync(new StdioRequest("", $"peerfd:{target.Number}", "", Terminal: true)
        {
            PeerPid = Environment.ProcessId,
        });
        stdio.Launched();
        stdio.UseTerminal(master);

        Files.Write(slave, "after"u8);
        slave.Dispose();
        stdio.ProcessExited();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        Assert.Equal("before after", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task PrepareAsync_WhenCallerHasNoSuchDescriptor_ThenInvalidArgumentNamesTheField()
    {
        await using var fixture = new StdioFixture();

        var refused = await Assert.ThrowsAsync<TaskException>(() => fixture.PrepareAsync(
            StdioFixture.Request(stderr: "peerfd:999999") with { PeerPid = Environment.ProcessId }));

        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.Equal("stderr", refused.Field);
        Assert.Equal("EBADF", refused.Errno);
    }

    [Fact]
    public async Task PrepareAsync_WhenCallerIsGone_ThenFailedPrecondition()
    {
        await using var fixture = new StdioFixture();

        var refused = await Assert.ThrowsAsync<TaskException>(() => fixture.PrepareAsync(
            StdioFixture.Request(stdout: "peerfd:1") with { PeerPid = int.MaxValue }));

        Assert.Equal(ErrorKind.FailedPrecondition, refused.Kind);
    }

    [Fact]
    public async Task PrepareAsync_WhenCallerIsNotKnown_ThenInvalidArgument()
    {
        await using var fixture = new StdioFixture();

        var refused = await Assert.ThrowsAsync<TaskException>(
            () => fixture.PrepareAsync(StdioFixture.Request(stdout: "peerfd:1")));

        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.Equal("stdout", refused.Field);
    }

    private static Task<string> ReadAsync(FileDescriptor descriptor) => Task.Factory.StartNew(
        () =>
        {
            var buffer = new byte[1000];
            return Encoding.UTF8.GetString(buffer, 0, Files.Read(descriptor, buffer));
        },
        TaskCreationOptions.LongRunning).WaitAsync(StdioFixture.Limit);
}
