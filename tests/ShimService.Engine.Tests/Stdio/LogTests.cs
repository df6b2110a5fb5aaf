using System.Text;
using ShimService.Engine.Tests.Stdio.Support;

namespace ShimService.Engine.Tests.Stdio;

public sealed class LogTests
{
    [Fact]
    public async Task Drained_WhenBothStreamsLog_ThenOneFileHoldsBothTagged()
    {
        await using var fixture = new StdioFixture();
        var log = fixture.PathOf("deeper/c.log");
        var (stdio, child) = await fixture.LaunchAsync(
            StdioFixture.Request(stdout: $"log://{log}", stderr: $"log://{log}"));

        child.Print("one\ntwo");
        child.PrintError("bad\n");
        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        var (stdout, stderr) = CriLog.Read(await File.ReadAllBytesAsync(log));
        Assert.Equal("one\ntwo", Encoding.UTF8.GetString(stdout));
        Assert.Equal("bad\n", Encoding.UTF8.GetString(stderr));
    }

    [Fact]
    public async Task Drained_WhenOutputIsBinary_ThenLogGivesBackEveryByte()
    {
        await using var fixture = new StdioFixture();
        var log = fixture.PathOf("c.log");
        var data = new byte[3_000_000];
        new Random(7).NextBytes(data);
        data.AsSpan(1_000_000, 200_000).Replace((byte)'\n', (byte)'x');
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: $"log://{log}"));

        await child.WriteAsync(data).WaitAsync(StdioFixture.Limit);
        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        Assert.True(CriLog.Read(await File.ReadAllBytesAsync(log)).Stdout.AsSpan().SequenceEqual(data));
    }

    [Fact]
    public async Task Drained_WhenBackgroundChildHoldsStdout_ThenWaitsForIt()
    {
        await using var fixture = new StdioFixture();
        var log = fixture.PathOf("c.log");
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: $"log://{log}"));
        var background = Linux.Stdio.Descriptors.Duplicate(child.Stdout);

        child.Exit();
        stdio.ProcessExited();
        Linux.Files.Write(background, "late\n"u8);
        Assert.False(stdio.Drained.IsCompleted);
        background.Dispose();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        Assert.Equal("late\n", Encoding.UTF8.GetString(CriLog.Read(await File.ReadAllBytesAsync(log)).Stdout));
    }

    [Fact]
    public async Task CloseAsync_WhenBackgroundChildHoldsStdout_ThenEndsForcibly()
    {
        await using var fixture = new StdioFixture();
        var (stdio, child) = await fixture.LaunchAsync(
            StdioFixture.Request(stdout: $"log://{fixture.PathOf("c.log")}"));

        await stdio.CloseAsync().AsTask().WaitAsync(StdioFixture.Limit);

        Assert.True(stdio.Drained.IsCompletedSuccessfully);
        var refused = Assert.Throws<Linux.Errors.KernelException>(() => child.Print("into nothing"));
        Assert.Equal(Linux.Errors.Errno.EPIPE, refused.Errno);
        child.Exit();
    }

    [Fact]
    public async Task Append_WhenFileIsRaw_ThenBytesFollowWhatWasThere()
    {
        await using var fixture = new StdioFixture();
        var file = fixture.PathOf("out");
        await File.WriteAllTextAsync(file, "before ");
        var (stdio, child) = await fixture.LaunchAsync(
            StdioFixture.Request(stdout: $"file://{file}", stderr: $"file://{file}"));

        child.Print("a");
        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        Assert.Equal("before a", await File.ReadAllTextAsync(file));
    }
}
