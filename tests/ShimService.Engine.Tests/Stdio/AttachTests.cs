using System.Text;
using ShimService.Engine.Stdio;
using ShimService.Engine.Stdio.Attach;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Stdio;

public sealed class AttachTests
{
    [Fact]
    public async Task Attach_WhileOutputRuns_ThenLogAndAttachmentAreTheWholeOutputOnce()
    {
        await using var fixture = new StdioFixture(new StdioOptions { AttachmentBytes = 1 << 30 });
        var log = fixture.PathOf("c.log");
        var (stdio, child) = await fixture.LaunchAsync(
            StdioFixture.Request(stdout: $"log://{log}", stderr: $"log://{log}"));
        var data = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 100_000).Select(i => $"line {i}\n")));
        var joined = new List<IStdioAttachment>();

        var piece = data.Length / 10;
        for (var at = 0; at < data.Length; at += piece)
        {
            await child.WriteAsync(data[at..Math.Min(at + piece, data.Length)]).WaitAsync(StdioFixture.Limit);
            joined.Add(stdio.Attach());
        }

        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);
        var written = await File.ReadAllBytesAsync(log);
        foreach (var attachment in joined)
        {
            var older = CriLog.Read(written.AsSpan(0, (int)attachment.LogBytes)).Stdout;
            var live = await ReadAllAsync(attachment);
            Assert.True(data.AsSpan(0, older.Length).SequenceEqual(older));
            Assert.True(data.AsSpan(older.Length).SequenceEqual(live));
        }

        Assert.Contains(joined, attachment => attachment.LogBytes > 0 && attachment.LogBytes < written.Length);
    }

    [Fact]
    public async Task Attach_WhenOutputHasEnded_ThenTheLogIsAllAndTheAttachmentIsEmpty()
    {
        await using var fixture = new StdioFixture();
        var log = fixture.PathOf("c.log");
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: $"log://{log}"));
        child.Print("gone by");
        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        using var attachment = stdio.Attach();

        Assert.Equal(new FileInfo(log).Length, attachment.LogBytes);
        Assert.Empty(await ReadAllAsync(attachment));
    }

    [Fact]
    public async Task ReadAllAsync_WhenStreamsAreTwo_ThenChunksSayWhich()
    {
        await using var fixture = new StdioFixture();
        var log = $"log://{fixture.PathOf("c.log")}";
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: log, stderr: log));
        using var attachment = stdio.Attach();

        child.Print("o");
        child.PrintError("e");
        child.Exit();

        var chunks = new List<StdioChunk>();
        await foreach (var chunk in attachment.ReadAllAsync(CancellationToken.None))
        {
            chunks.Add(chunk);
        }

        Assert.Equal("o", Encoding.UTF8.GetString(chunks.Single(c => c.Stream == StdioStream.Stdout).Data.Span));
        Assert.Equal("e", Encoding.UTF8.GetString(chunks.Single(c => c.Stream == StdioStream.Stderr).Data.Span));
    }

    [Fact]
    public async Task Offer_WhenReaderIsSlow_ThenOldestGoAndTheRestIsOrdered()
    {
        using var attachment = new Attachment(logBytes: 0, capacity: 100, openLog: null, static _ => { });
        for (byte i = 0; i < 50; i++)
        {
            attachment.Offer(new StdioChunk(StdioStream.Stdout, new byte[] { i, i, i, i, i, i, i, i, i, i }), default);
        }

        attachment.End();
        var read = await ReadAllAsync(attachment);

        Assert.Equal(100, read.Length);
        Assert.Equal(40, read[0]);
        Assert.Equal(49, read[^1]);
        Assert.Equal(400, attachment.LostBytes);
    }

    [Fact]
    public async Task ReadAllAsync_WhenReaderFallsFarBehind_ThenTheLogGivesItEverythingInOrder()
    {
        await using var fixture = new StdioFixture(new StdioOptions { AttachmentBytes = 10_000 });
        var log = $"log://{fixture.PathOf("c.log")}";
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: log, stderr: log));
        child.Print("before anybody came\n");
        using var attachment = stdio.Attach();
        var data = new byte[3_000_000];
        new Random(11).NextBytes(data);
        await using var chunks = attachment.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator();
        var stdout = new MemoryStream();
        var stderr = new MemoryStream();

        // Read while it is written, so that the reader changes to the log and back more than once.
        var writing = child.WriteAsync(data);
        while (await chunks.MoveNextAsync().AsTask().WaitAsync(StdioFixture.Limit))
        {
            (chunks.Current.Stream == StdioStream.Stdout ? stdout : stderr).Write(chunks.Current.Data.Span);
            if (stdout.Length >= data.Length && stderr.Length == 0)
            {
                await writing.WaitAsync(StdioFixture.Limit);
                child.PrintError("live again");
                child.Exit();
            }
        }

        await stdio.Drained.WaitAsync(StdioFixture.Limit);
        var printed = stdout.ToArray();
        var older = printed.Length - data.Length;
        Assert.InRange(older, 0, "before anybody came\n".Length);
        Assert.True(printed.AsSpan(older).SequenceEqual(data));
        Assert.Equal("live again", Encoding.UTF8.GetString(stderr.ToArray()));
    }

    [Fact]
    public async Task WriteAsync_WhenAttacherNeverReads_ThenContainerIsNotHeldUp()
    {
        await using var fixture = new StdioFixture(new StdioOptions { AttachmentBytes = 1000 });
        var (stdio, child) = await fixture.LaunchAsync(
            StdioFixture.Request(stdout: $"log://{fixture.PathOf("c.log")}"));
        using var idle = stdio.Attach();

        await child.WriteAsync(new byte[2_000_000]).WaitAsync(StdioFixture.Limit);
        child.Exit();

        await stdio.Drained.WaitAsync(StdioFixture.Limit);
    }

    [Fact]
    public async Task ReadAllAsync_WhenCancelled_ThenStopsWaiting()
    {
        await using var fixture = new StdioFixture();
        var (stdio, child) = await fixture.LaunchAsync(
            StdioFixture.Request(stdout: $"log://{fixture.PathOf("c.log")}"));
        using var held = child;
        using var attachment = stdio.Attach();
        using var cancel = new CancellationTokenSource();

        var reading = ReadAllAsync(attachment, cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(StdioFixture.Limit));
    }

    [Fact]
    public async Task Attach_WhenThousandsComeAndGo_ThenOutputGoesOn()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        await using var reader = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));
        var data = new byte[20_000_000];
        new Random(9).NextBytes(data);

        var writing = child.WriteAsync(data);
        var reading = Task.Factory.StartNew(
            () =>
            {
                var all = new MemoryStream();
                reader.CopyTo(all);
                return all.ToArray();
            },
            TaskCreationOptions.LongRunning);
        for (var i = 0; i < 5000; i++)
        {
            stdio.Attach().Dispose();
        }

        await writing.WaitAsync(StdioFixture.Limit);
        child.Exit();

        Assert.True((await reading.WaitAsync(StdioFixture.Limit)).AsSpan().SequenceEqual(data));
    }

    [Fact]
    public async Task WriteStdinAsync_WhenManyWrite_ThenEachArrivesWhole()
    {
        await using var fixture = new StdioFixture();
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdin: "attach:"));
        var reading = child.ReadInputAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
        {
            var block = new byte[100_000];
            Array.Fill(block, (byte)i);
            return stdio.WriteStdinAsync(block, CancellationToken.None).AsTask();
        })).WaitAsync(StdioFixture.Limit);
        stdio.CloseStdin();

        var input = await reading.WaitAsync(StdioFixture.Limit);
        Assert.Equal(2_000_000, input.Length);
        Assert.All(input.Chunk(100_000), block => Assert.Equal(-1, block.AsSpan().IndexOfAnyExcept(block[0])));
    }

    [Fact]
    public async Task WriteStdinAsync_WhenContainerDoesNotRead_ThenWaitsAndCanBeCancelled()
    {
        await using var fixture = new StdioFixture();
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdin: "attach:"));
        using var held = child;
        using var cancel = new CancellationTokenSource();

        var writing = stdio.WriteStdinAsync(new byte[1_000_000], cancel.Token).AsTask();
        Assert.False(writing.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(StdioFixture.Limit));
    }

    [Fact]
    public async Task WriteStdinAsync_WhenProcessHasExited_ThenFailedPrecondition()
    {
        await using var fixture = new StdioFixture();
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdin: "attach:"));
        child.Exit();

        var refused = await Assert.ThrowsAsync<TaskException>(
            () => stdio.WriteStdinAsync("x"u8.ToArray(), CancellationToken.None).AsTask());

        Assert.Equal(ErrorKind.FailedPrecondition, refused.Kind);
        Assert.Equal(ErrorReason.ProcessGone, refused.Reason);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("attach:", true)]
    public async Task WriteStdinAsync_WhenInputIsNotOpen_ThenFailedPrecondition(string stdin, bool close)
    {
        await using var fixture = new StdioFixture();
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdin: stdin));
        using var held = child;
        if (close)
        {
            stdio.CloseStdin();
        }

        var refused = await Assert.ThrowsAsync<TaskException>(
            () => stdio.WriteStdinAsync("x"u8.ToArray(), CancellationToken.None).AsTask());

        Assert.Equal(ErrorKind.FailedPrecondition, refused.Kind);
        Assert.Equal(ErrorReason.WrongState, refused.Reason);
    }

    private static async Task<byte[]> ReadAllAsync(IStdioAttachment attachment, CancellationToken cancel = default)
    {
        var all = new MemoryStream();
        await foreach (var chunk in attachment.ReadAllAsync(cancel))
        {
            all.Write(chunk.Data.Span);
        }

        return all.ToArray();
    }
}
