using FsCheck;
using FsCheck.Fluent;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Supervision;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;
using ShimService.Testing.Fakes;
using static ShimService.Tasks.Tests.Supervision.World;

namespace ShimService.Tasks.Tests.Supervision;

/// <summary>
/// Callers, engine and processes at once, on real threads: requests are not awaited, calls of the engine are held
/// and let go at random, processes die at random. Whatever happens, the journal keeps its order, every caller is
/// answered, and a forced delete ends it.
/// </summary>
public sealed class InterleavingProperties
{
    [Fact]
    public void Tasks_WhenEverythingInterleaves_ThenOrderIsKeptAndAllAreAnswered()
    {
        var scripts = Gen.ArrayOf(Gen.Choose(0, 10_000)).Resize(60);
        Prop.ForAll(Arb.From(scripts), script => RunAsync(script).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static async Task<bool> RunAsync(int[] script)
    {
        var world = new World(new TaskOptions { ExecGrace = TimeSpan.FromMilliseconds(50) }, TimeProvider.System);
        world.Engine.PrivatePids = script.Length % 2 == 0;
        foreach (var call in new[] { "create", "start", "exec", "pause", "resume", "update", "delete" })
        {
            world.Engine.Calls.Hold(call);
        }

        var asked = new List<Task> { world.CreateAsync("c1") };
        foreach (var choice in script)
        {
            Step(world, choice, asked);
            if (choice % 7 == 0)
            {
                await Task.Yield();
            }
        }

        world.Engine.Calls.LetAllGo();
        asked.Add(world.Tasks.ForceDeleteAsync(Id("c1"), Limit));
        foreach (var task in asked)
        {
            try
            {
                await task.WaitAsync(TimeSpan.FromSeconds(10));
            }
            catch (TaskException)
            {
                // A refusal is an answer.
            }
        }

        var broken = EventOrder.Broken(world.Events("c1"));
        Assert.True(broken is null, $"{broken} in {world.Topics("c1")}");
        Assert.Empty(world.Diagnostics.Failures);
        Assert.Equal(0, world.Tasks.Count);
        return true;
    }

    private static void Step(World world, int choice, List<Task> asked)
    {
        var id = Id("c1");
        var exec = $"e{choice / 16 % 3}";
        switch (choice % 16)
        {
            case 0:
                asked.Add(world.StartAsync("c1"));
                break;
            case 1:
                asked.Add(world.Tasks.PauseAsync(id, Limit));
                break;
            case 2:
                asked.Add(world.Tasks.ResumeAsync(id, Limit));
                break;
            case 3:
                asked.Add(world.AddExecAsync("c1", exec));
                break;
            case 4:
                asked.Add(world.Tasks.StartAsync(id, Exec(exec), Limit));
                break;
            case 5:
                asked.Add(world.Tasks.DeleteAsync(id, Exec(exec), Limit));
                break;
            case 6:
                asked.Add(world.Tasks.KillAsync(id, Exec(exec), Signal.Kill, KillScope.Process, Limit));
                break;
            case 7 when choice / 16 % 4 == 0:
                asked.Add(world.Tasks.KillAsync(id, null, Signal.Kill, KillScope.Process, Limit));
                break;
            case 8 when choice / 16 % 3 == 0:
                asked.Add(world.Tasks.DeleteAsync(id, null, Limit));
                break;
            case 9 when choice / 16 % 8 == 0 && world.Engine.Containers.TryGetValue("c1", out var container):
                container.InitProcess.Exit(1);
                break;
            case 10 when world.Engine.Containers.TryGetValue("c1", out var container):
                container.Observer.OutOfMemoryKilled();
                break;
            case 11 when world.Engine.Containers.TryGetValue("c1", out var container):
                foreach (var process in container.Execs.Values)
                {
                    process.Exit(2);
                }

                break;
            default:
                var calls = new[] { "create", "start", "exec", "pause", "resume", "update", "delete" };
                for (var turn = 0; turn < calls.Length; turn++)
                {
                    if (world.Engine.Calls.TryLetGo(calls[(choice + turn) % calls.Length]))
                    {
                        break;
                    }
                }

                break;
        }
    }
}
