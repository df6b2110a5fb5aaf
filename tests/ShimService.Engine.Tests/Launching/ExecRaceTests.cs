using ShimService.Engine.Tests.Support;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Launching;

/// <summary>Execs that meet the end of their container, at every point of their launch.</summary>
[Collection(EngineCollection.Name)]
public sealed class ExecRaceTests(SharedEngine shared)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Exec_WhenInitExitsMeanwhile_ThenItRunsOrTheContainerHasStopped()
    {
        Assert.NotNull(shared);
        var others = new List<string>();
        var stopped = 0;
        for (var round = 0; round < 25; round++)
        {
            using var container = new RealContainer(null, "sleep", "100");
            await container.CreateAsync().WaitAsync(Limit);
            await container.Container.StartAsync(CancellationToken.None).WaitAsync(Limit);
            var execs = Enumerable.Range(0, 6).Select(number => ExecAsync(container.Container, $"e{number}")).ToArray();
            for (var spin = 0; spin < round * 100; spin++)
            {
                Thread.SpinWait(100);
            }

            container.Container.Init.Kill(Signal.Kill);
            foreach (var exec in execs)
            {
                switch (await exec.WaitAsync(Limit))
                {
                    case null:
                        break;
                    case TaskException { Kind: ErrorKind.FailedPrecondition, Reason: ErrorReason.ProcessGone } gone:
                        Assert.Contains("container has stopped", gone.Message, StringComparison.Ordinal);
                        stopped++;
                        break;
                    case var other:
                        others.Add(
                            $"round {round}: {other.GetType().Name} {(other as TaskException)?.Kind} {other.Message}");
                        break;
                }
            }

            await container.Container.Init.Exited.WaitAsync(Limit);
            await container.Container.Init.Stdio.CloseAsync();
            await container.Container.DeleteAsync().WaitAsync(Limit);
        }

        Assert.True(others.Count == 0, string.Join('\n', others));
        Assert.True(stopped > 0, "no exec met the end: the test shows nothing");
    }

    /// <summary>null = it ran.</summary>
    private static async Task<Exception?> ExecAsync(IContainer container, string id)
    {
        await Task.Yield();
        try
        {
            var process = await container.ExecAsync(
                new ExecRequest(
                    ExecId.Parse(id, "exec_id"), Bundle.Process("/bin/true"), new StdioRequest("", "", "", false)),
                CancellationToken.None);
            await process.Exited;
            await process.Stdio.CloseAsync();
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }
}
