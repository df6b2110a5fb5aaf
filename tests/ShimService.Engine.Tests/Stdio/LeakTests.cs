using ShimService.Engine.Stdio;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Stdio;

[Collection(ExclusiveCollection.Name)]
public sealed class LeakTests
{
    [Fact]
    public async Task CloseAsync_AfterHundredsOfProcesses_ThenNoDescriptorIsLeft()
    {
        await using var fixture = new StdioFixture();
        await RunEveryKindAsync(fixture, 0);
        var before = CountDescriptors();

        for (var i = 1; i <= 100; i++)
        {
            await RunEveryKindAsync(fixture, i);
        }

        await AssertAtMostAsync(before);
    }

    [Fact]
    public async Task PrepareAsync_WhenItFailsHalfway_ThenNoDescriptorIsLeft()
    {
        await using var fixture = new StdioFixture(
            new StdioOptions { FifoOpenLimit = TimeSpan.FromMilliseconds(1) });
        var fifo = fixture.MakeFifo("in");
        var log = $"log://{fixture.PathOf("c.log")}";
        await FailAsync();
        var before = CountDescriptors();

        for (var i = 0; i < 50; i++)
        {
            await FailAsync();
        }

        await AssertAtMostAsync(before);

        async Task FailAsync()
        {
            await Assert.ThrowsAsync<TaskException>(
                () => fixture.PrepareAsync(StdioFixture.Request(fifo, log, "peerfd:999999")));
            await Assert.ThrowsAsync<TaskException>(
                () => fixture.PrepareAsync(StdioFixture.Request(fifo, log, fifo + "x")));
            await Assert.ThrowsAsync<TaskException>(
                () => fixture.PrepareAsync(StdioFixture.Request("", log, fixture.Directory)));
        }
    }

    private static async Task RunEveryKindAsync(StdioFixture fixture, int turn)
    {
        var input = fixture.MakeFifo($"in{turn}");
        var output = fixture.MakeFifo($"out{turn}");
        var log = $"log://{fixture.PathOf($"{turn}.log")}";
        await using (var reader = StdioFixture.OpenReader(output))
        {
            foreach (var request in new[]
            {
                StdioFixture.Request(input, output, log),
                StdioFixture.Request("attach:", log, log),
                StdioFixture.Request("", $"file://{fixture.PathOf("raw")}"),
                StdioFixture.Request("", "binary:///bin/true?a=b"),
                StdioFixture.Request(),
            })
            {
                var (stdio, child) = await fixture.LaunchAsync(request);
                using var attachment = stdio.Attach();
                child.Print("x");
                child.Exit();
                if (request.Stdout == output)
                {
                    Assert.Equal('x', reader.ReadByte());
                }

                await stdio.Drained.WaitAsync(StdioFixture.Limit);
                await stdio.CloseAsync();
            }

            var terminal = await fixture.PrepareAsync(new StdioRequest(input, output, "", Terminal: true));
            terminal.Launched();
            terminal.UseTerminal(Files.Open("/dev/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal));
            terminal.ProcessExited();
            await terminal.Drained.WaitAsync(StdioFixture.Limit);
            await terminal.CloseAsync();

            var never = await fixture.PrepareAsync(new StdioRequest("attach:", log, "", Terminal: true));
            await never.CloseAsync();
            var unlaunched = await fixture.PrepareAsync(StdioFixture.Request("attach:", log, output));
            await unlaunched.CloseAsync();
        }
    }

    /// <summary>
    /// Fewer when an earlier test's garbage went meanwhile; more for as long as another's processes are on their way
    /// out.
    /// </summary>
    private static async Task AssertAtMostAsync(int before)
    {
        for (var tries = 0; CountDescriptors() > before && tries < 200; tries++)
        {
            await Task.Delay(10);
        }

        Assert.InRange(CountDescriptors(), 0, before);
    }

    private static int CountDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
