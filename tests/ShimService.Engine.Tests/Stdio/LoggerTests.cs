using System.Diagnostics;
using System.Text;
using ShimService.Engine.Stdio;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Stdio;

/// <summary>Real logger programs, as shell scripts.</summary>
public sealed class LoggerTests
{
    private const string CopyBoth = """
        cat <&3 >"$D/out" 3<&- 4<&- 5>&- & cat <&4 >"$D/err" 3<&- 4<&- 5>&- &
        printf r >&5
        exec 3<&- 4<&- 5>&-
        wait
        """;

    [Theory]
    [InlineData("binary")]
    [InlineData("binary-v2")]
    public async Task Drained_WhenLoggerReadsBothStreams_ThenItHasEverythingAndHasExited(string scheme)
    {
        await using var fixture = new StdioFixture(new StdioOptions
        {
            Namespace = "blue", LoggerGrace = TimeSpan.FromMinutes(1),
        });
        var uri = MakeLogger(fixture, scheme, "tr '\\0' '\\n' </proc/$$/environ >\"$D/env\"; printf '%s|' \"$@\" >\"$D/args\"\n" + CopyBoth);
        var (stdio, child) = await fixture.LaunchAsync(
            StdioFixture.Request("", uri + "?level=all&plain", uri + "?level=all&plain"), new StdioSettings("web-1"));
        var data = new byte[3_000_000];
        new Random(1).NextBytes(data);

        await child.WriteAsync(data).WaitAsync(StdioFixture.Limit);
        child.PrintError("trouble");
        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        Assert.True(File.ReadAllBytes(fixture.PathOf("out")).AsSpan().SequenceEqual(data));
        Assert.Equal("trouble", File.ReadAllText(fixture.PathOf("err")));
        Assert.Equal("level|all|plain|", File.ReadAllText(fixture.PathOf("args")));
        Assert.Equal(
            "CONTAINER_ID=web-1\nCONTAINER_NAMESPACE=blue\n", File.ReadAllText(fixture.PathOf("env")));
        var clock = Stopwatch.StartNew();
        await stdio.CloseAsync().AsTask().WaitAsync(StdioFixture.Limit);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
        Assert.Empty(fixture.Warnings);
    }

    [Fact]
    public async Task PrepareAsync_WhenLoggerIsNotReadyYet_ThenWaitsForIt()
    {
        await using var fixture = new StdioFixture();
        var gate = fixture.MakeFifo("gate");
        var uri = MakeLogger(fixture, "binary", "read x <\"$D/gate\"\n" + CopyBoth);

        var preparing = fixture.PrepareAsync(StdioFixture.Request("", uri), new StdioSettings("c"));
        using (var opened = await Task.Run(() => File.OpenWrite(gate)).WaitAsync(StdioFixture.Limit))
        {
            Assert.False(preparing.IsCompleted);
            opened.WriteByte((byte)'\n');
        }

        await preparing.WaitAsync(StdioFixture.Limit);
    }

    [Fact]
    public async Task PrepareAsync_WhenLoggerClosesItsReadyDescriptor_ThenOnlyVersionTwoFails()
    {
        await using var fixture = new StdioFixture();
        var first = MakeLogger(fixture, "binary", "exec 5>&-\ncat <&3 >\"$D/out\"");
        var second = MakeLogger(fixture, "binary-v2", "exit 3");

        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request("", first), new StdioSettings("c"));
        child.Print("kept");
        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);
        var refused = await Assert.ThrowsAsync<TaskException>(
            () => fixture.PrepareAsync(StdioFixture.Request("", second), new StdioSettings("c")));

        Assert.Equal("kept", File.ReadAllText(fixture.PathOf("out")));
        Assert.Equal(ErrorKind.FailedPrecondition, refused.Kind);
        Assert.Equal("stdout", refused.Field);
        Assert.Contains("without a byte", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrepareAsync_WhenLoggerNeverGetsReady_ThenItIsEndedAndTheLimitNamed()
    {
        await using var fixture = new StdioFixture(
            new StdioOptions { LoggerReadyLimit = TimeSpan.FromMilliseconds(300) });
        var uri = MakeLogger(fixture, "binary", "echo $$ >\"$D/pid\"\nexec sleep 1000");

        var refused = await Assert.ThrowsAsync<TaskException>(
            () => fixture.PrepareAsync(StdioFixture.Request("", uri), new StdioSettings("c")));

        Assert.Equal(ErrorKind.DeadlineExceeded, refused.Kind);
        Assert.False(Directory.Exists("/proc/" + File.ReadAllText(fixture.PathOf("pid")).Trim()));
    }

    [Fact]
    public async Task PrepareAsync_WhenProgramIsMissing_ThenNamesTheProgramAndTheField()
    {
        await using var fixture = new StdioFixture();

        var refused = await Assert.ThrowsAsync<TaskException>(() => fixture.PrepareAsync(
            StdioFixture.Request("", "binary:///no/such/logger?a=b"), new StdioSettings("c")));

        Assert.Equal(ErrorKind.FailedPrecondition, refused.Kind);
        Assert.Equal("stdout", refused.Field);
        Assert.Equal("ENOENT", refused.Errno);
        Assert.Contains("/no/such/logger", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "binary:///bin/cat")]
    [InlineData("file:///tmp/x", "binary:///bin/cat")]
    [InlineData("binary:///bin/cat", "binary:///bin/tac")]
    [InlineData("binary:///bin/cat", "file:///tmp/x")]
    public async Task PrepareAsync_WhenTheStreamsNameDifferentSinks_ThenInvalidArgumentNamesStderr(
        string stdout, string stderr)
    {
        await using var fixture = new StdioFixture();

        var refused = await Assert.ThrowsAsync<TaskException>(() => fixture.PrepareAsync(
            StdioFixture.Request("", stdout, stderr), new StdioSettings("c")));

        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.Equal("stderr", refused.Field);
    }

    [Fact]
    public async Task Write_WhenLoggerHasDied_ThenTheContainerNeitherBlocksNorFails()
    {
        await using var fixture = new StdioFixture();
        var uri = MakeLogger(fixture, "binary-v2", "printf r >&5\nexit 7");
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request("", uri), new StdioSettings("c"));

        await child.WriteAsync(new byte[1_000_000]).WaitAsync(StdioFixture.Limit);
        child.PrintError("and this");

        Assert.Contains(
            fixture.Warnings, warning => warning.Contains("exited with status 7", StringComparison.Ordinal));
        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);
    }

    [Fact]
    public async Task CloseAsync_WhenLoggerIgnoresSigterm_ThenItIsKilledAfterTheLimit()
    {
        await using var fixture = new StdioFixture(new StdioOptions
        {
            LoggerGrace = TimeSpan.FromMilliseconds(50),
            LoggerTermination = TimeSpan.FromMilliseconds(300),
        });
        var uri = MakeLogger(
            fixture, "binary", "trap 'echo term >\"$D/term\"' TERM\necho $$ >\"$D/pid\"\nprintf r >&5\nwhile :; do sleep 0.05; done");
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request("", uri), new StdioSettings("c"));
        var clock = Stopwatch.StartNew();
        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        await stdio.CloseAsync().AsTask().WaitAsync(StdioFixture.Limit);

        Assert.InRange(clock.Elapsed.TotalSeconds, 0.3, 15);
        Assert.Equal("term\n", File.ReadAllText(fixture.PathOf("term")));
        Assert.False(Directory.Exists("/proc/" + File.ReadAllText(fixture.PathOf("pid")).Trim()));
    }

    [Fact]
    public async Task Drained_WhenALoggerIsSlow_ThenItIsNotToldToGoBeforeItHasReadAll()
    {
        await using var fixture = new StdioFixture(new StdioOptions { LoggerGrace = TimeSpan.FromMilliseconds(50) });
        var gate = fixture.MakeFifo("gate");
        var uri =
            MakeLogger(fixture, "binary", "printf r >&5\nread x <\"$D/gate\"\ncat <&3 >\"$D/out\"\nexec sleep 1000");
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request("", uri), new StdioSettings("c"));
        child.Print(new string('x', 60_000));
        child.Exit();
        stdio.ProcessExited();

        Assert.False(stdio.Drained.IsCompleted);
        Assert.True(stdio.IsPending);
        await File.WriteAllTextAsync(gate, "\n").WaitAsync(StdioFixture.Limit);
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        Assert.Equal(60_000, new FileInfo(fixture.PathOf("out")).Length);
        await stdio.CloseAsync();
    }

    [Fact]
    public async Task UseTerminal_WhenALoggerReads_ThenTheTerminalsOutputIsItsStdout()
    {
        await using var fixture = new StdioFixture();
        var uri = MakeLogger(fixture, "binary", CopyBoth);
        var stdio = await fixture.PrepareAsync(new StdioRequest("", uri, "", Terminal: true), new StdioSettings("c"));
        stdio.Launched();
        var master = Files.Open("/dev/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
        using (var slave = Native.OpenSlave(master))
        {
            stdio.UseTerminal(master);
            Files.Write(slave, "on the screen\n"u8);
        }

        stdio.ProcessExited();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        Assert.Equal("on the screen\r\n", File.ReadAllText(fixture.PathOf("out")));
        Assert.Equal("", File.ReadAllText(fixture.PathOf("err")));
    }

    private static string MakeLogger(StdioFixture fixture, string scheme, string script)
    {
        var path = fixture.PathOf("logger-" + scheme);
        File.WriteAllText(
            path, $"#!/bin/sh\nD='{fixture.Directory}'\nPATH=/usr/bin:/bin\n{script}\n", new UTF8Encoding(false));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return $"{scheme}://{path}";
    }
}
