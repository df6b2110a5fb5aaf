using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Hooks;

/// <summary>
/// What a hook that fails, hangs or floods does to its container: what its kind says, and leaves nothing.
/// </summary>
[Collection(EngineCollection.Name)]
public sealed class HookFailureTests(SharedEngine shared)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(HookKind.Prestart)]
    [InlineData(HookKind.CreateRuntime)]
    [InlineData(HookKind.CreateContainer)]
    public async Task Create_WhenAHookFails_ThenItIsUndoneAndPoststopRuns(HookKind kind)
    {
        Assert.NotNull(shared);
        await using var scene = new HookScene(directory => With(kind,
            [
                HookScene.Sh($"echo first >> {directory}/order"),
                HookScene.Sh("echo for nobody; echo it is broken >&2; exit 3"),
                HookScene.Sh($"echo never >> {directory}/order"),
            ]) with { Poststop = [HookScene.Sh($"echo poststop >> {directory}/order; cat > {directory}/state")] });
        var failure = await Assert.ThrowsAsync<TaskException>(scene.CreateAsync);

        Assert.Equal($"{HookNames.Text(kind)} hook 1", failure.Step);
        Assert.Equal(
            $"{HookNames.Text(kind)} hook 1 (/bin/sh): exit status 3, stderr: it is broken", failure.Message);
        Assert.Equal(ErrorKind.FailedPrecondition, failure.Kind);
        Assert.Equal("first\npoststop\n", scene.Read("order"));
        Assert.Contains("\"stopped\"", scene.Read("state"), StringComparison.Ordinal);
        Assert.Empty(Host.Cgroups(scene.Id));
    }

    [Fact]
    public async Task Start_WhenAStartContainerHookFails_ThenTheProgramNeverRuns()
    {
        await using var scene = new HookScene(directory => new HooksSpec
        {
            StartContainer = [HookScene.Sh("echo no >&2; kill -9 $$")],
            Poststart = [HookScene.Sh($"echo poststart >> {directory}/order")],
            Poststop = [HookScene.Sh($"echo poststop >> {directory}/order")],
        }, null, "sh", "-c", "echo program > /out/order");
        await scene.CreateAsync();
        var failure = await Assert.ThrowsAsync<TaskException>(scene.StartAsync);
        await scene.DeleteAsync();

        Assert.Equal("startContainer hook 0 (/bin/sh): exit status 137, stderr: no", failure.Message);
        Assert.Equal("poststop\n", scene.Read("order"));
        Assert.Empty(Host.Cgroups(scene.Id));
    }

    [Fact]
    public async Task Start_WhenAPoststartHookFails_ThenTheContainerIsStopped()
    {
        await using var scene = new HookScene(directory => new HooksSpec
        {
            Poststart = [HookScene.Sh("exit 1"), HookScene.Sh($"echo never > {directory}/never")],
        });
        await scene.CreateAsync();
        var failure = await Assert.ThrowsAsync<TaskException>(scene.StartAsync);
        var exit = await scene.Container.Init.Exited.WaitAsync(Limit);

        Assert.Equal("poststart hook 0 (/bin/sh): exit status 1, nothing on stderr", failure.Message);
        Assert.Equal(137, exit.Status);
        Assert.Equal("", scene.Read("never"));
    }

    [Fact]
    public async Task Delete_WhenAPoststopHookFails_ThenItIsToldAndTheNextRuns()
    {
        await using var scene = new HookScene(directory => new HooksSpec
        {
            Poststop = [HookScene.Sh("echo sorry >&2; exit 9"), HookScene.Sh($"echo next > {directory}/next")],
        });
        await scene.CreateAsync();
        await scene.DeleteAsync();
        await scene.Container.DeleteAsync().WaitAsync(Limit);

        Assert.Equal("next\n", scene.Read("next"));
        Assert.Equal(1, RealContainer.Warnings.RemoveAll(warning =>
            warning == $"container {scene.Id}: poststop hook 0 (/bin/sh): exit status 9, stderr: sorry"));
    }

    [Theory]
    [InlineData(HookKind.CreateRuntime)]
    [InlineData(HookKind.CreateContainer)]
    public async Task Create_WhenAHookHangs_ThenItIsKilledWithItsChildren(HookKind kind)
    {
        await using var scene = new HookScene(directory => With(kind,
            [HookScene.Sh($"sleep 1000 & echo $! > {directory}/child; wait", timeout: 1)]));
        var failure = await Assert.ThrowsAsync<TaskException>(scene.CreateAsync);

        Assert.Equal(ErrorReason.TimedOut, failure.Reason);
        Assert.StartsWith(
            $"{HookNames.Text(kind)} hook 0 (/bin/sh): not done after 1 s", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Host.Cgroups(scene.Id));
        if (kind == HookKind.CreateRuntime)
        {
            var child = scene.Pid("child");
            await RealContainer.UntilAsync(() => !Host.IsAlive(child));
        }
    }

    [Fact]
    public async Task Start_WhenAHookHangs_ThenStartFails()
    {
        await using var scene =
            new HookScene(new HooksSpec { StartContainer = [HookScene.Sh("sleep 1000", timeout: 1)] });
        await scene.CreateAsync();
        var failure = await Assert.ThrowsAsync<TaskException>(scene.StartAsync);

        Assert.Equal(ErrorReason.TimedOut, failure.Reason);
    }

    [Fact]
    public async Task Create_WhenAHookWritesMuch_ThenItIsNotHeldUpAndTheEndIsQuoted()
    {
        await using var scene = new HookScene(new HooksSpec
        {
            CreateRuntime = [HookScene.Sh("seq 500000; seq 300000 >&2; echo the end >&2; exit 5")],
        });
        var failure = await Assert.ThrowsAsync<TaskException>(scene.CreateAsync);

        Assert.Contains("exit status 5, stderr: …", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("299999\n300000\nthe end", failure.Message, StringComparison.Ordinal);
        Assert.InRange(failure.Message.Length, 1000, 2200);
    }

    [Fact]
    public async Task Create_WhenAHookDoesNotReadALargeState_ThenItSucceeds()
    {
        await using var scene = new HookScene(
            directory => new HooksSpec
            {
                CreateRuntime = [HookScene.Sh("true"), HookScene.Sh($"wc -c > {directory}/size")],
            },
            spec => spec with { Annotations = new Dictionary<string, string> { ["big"] = new('x', 300_000) } });
        await scene.CreateAsync();

        Assert.InRange(scene.Pid("size"), 300_000, 301_000);
    }

    [Fact]
    public async Task Create_WhenAHookLeavesAChildBehind_ThenNobodyWaitsForIt()
    {
        await using var scene = new HookScene(directory => new HooksSpec
        {
            CreateRuntime = [HookScene.Sh($"sleep 1000 & echo $! > {directory}/child", timeout: 15)],
        });
        await scene.CreateAsync();

        var child = scene.Pid("child");
        Assert.True(Host.IsAlive(child));
        using var left = System.Diagnostics.Process.GetProcessById(child);
        left.Kill();
        await RealContainer.UntilAsync(() => !Host.IsAlive(child));
    }

    [Theory]
    [InlineData(HookKind.Prestart)]
    [InlineData(HookKind.CreateContainer)]
    public async Task Create_WhenAHookIsMissing_ThenTheErrorNamesIt(HookKind kind)
    {
        await using var scene = new HookScene(With(kind, [new HookSpec("/no/such/hook", [])]));
        var failure = await Assert.ThrowsAsync<TaskException>(scene.CreateAsync);

        Assert.StartsWith(
            $"{HookNames.Text(kind)} hook 0 (/no/such/hook): ", failure.Message, StringComparison.Ordinal);
        Assert.Equal("ENOENT", failure.Errno);
        Assert.Empty(Host.Cgroups(scene.Id));
    }

    [Fact]
    public async Task Start_WhenAHookIsOnTheHostOnly_ThenItIsNotFound()
    {
        await using var scene = new HookScene(directory => new HooksSpec
        {
            StartContainer = [new HookSpec(Path.Join(directory, "hook"), [])],
        });
        await File.WriteAllTextAsync(Path.Join(scene.Out, "hook"), "#!/bin/sh\n");
        File.SetUnixFileMode(Path.Join(scene.Out, "hook"), (UnixFileMode)0x1ED);
        await scene.CreateAsync();
        var failure = await Assert.ThrowsAsync<TaskException>(scene.StartAsync);

        Assert.Equal(("startContainer hook 0", "ENOENT"), (failure.Step, failure.Errno));
    }

    private static HooksSpec With(HookKind kind, HookSpec[] hooks) => kind switch
    {
        HookKind.Prestart => new HooksSpec { Prestart = hooks },
        HookKind.CreateRuntime => new HooksSpec { CreateRuntime = hooks },
        HookKind.CreateContainer => new HooksSpec { CreateContainer = hooks },
        HookKind.StartContainer => new HooksSpec { StartContainer = hooks },
        HookKind.Poststart => new HooksSpec { Poststart = hooks },
        _ => new HooksSpec { Poststop = hooks },
    };
}
