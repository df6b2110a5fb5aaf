using System.Globalization;
using System.Text.Json.Nodes;
using ShimService.Engine.Containers;
using ShimService.Engine.Hooks;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Hooks;

/// <summary>When hooks run, where, and what they are told.</summary>
[Collection(EngineCollection.Name)]
public sealed class HookOrderTests(SharedEngine shared)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Run_WhenThereIsEveryKindOfHook_ThenEachRunsAtItsTimeWithTheState()
    {
        Assert.NotNull(shared);
        static HookSpec Note(string directory, string name) => HookScene.Sh(
            $"echo {name} >> {directory}/order; cat > {directory}/{name}.json");
        await using var scene = new HookScene(directory => new HooksSpec
        {
            Prestart = [Note(directory, "prestart0"), Note(directory, "prestart1")],
            CreateRuntime = [Note(directory, "createRuntime")],
            CreateContainer = [Note(directory, "createContainer")],
            StartContainer = [Note("/out", "startContainer")],
            Poststart = [Note(directory, "poststart")],
            Poststop = [Note(directory, "poststop0"), Note(directory, "poststop1")],
        }, spec => spec with { Annotations = new Dictionary<string, string> { ["org.example.key"] = "välue" } },
        "sh", "-c", "cat /out/order > /out/seen; sleep 100");

        await scene.CreateAsync();
        Assert.Equal("prestart0\nprestart1\ncreateRuntime\ncreateContainer\n", scene.Read("order"));
        await scene.StartAsync();
        await RealContainer.UntilAsync(() => scene.Read("seen").Contains("startContainer", StringComparison.Ordinal));
        Assert.EndsWith("startContainer\npoststart\n", scene.Read("order"), StringComparison.Ordinal);
        var pid = scene.Container.Init.Pid.Value;
        await scene.DeleteAsync();
        Assert.EndsWith("poststart\npoststop0\npoststop1\n", scene.Read("order"), StringComparison.Ordinal);

        AssertState(scene, "prestart0", "creating", pid);
        AssertState(scene, "prestart1", "creating", pid);
        AssertState(scene, "createRuntime", "creating", pid);
        AssertState(scene, "createContainer", "creating", 1);
        AssertState(scene, "startContainer", "created", 1);
        AssertState(scene, "poststart", "running", pid);
        AssertState(scene, "poststop0", "stopped", null);
        AssertState(scene, "poststop1", "stopped", null);
    }

    [Fact]
    public async Task Run_WhenHooksLookAround_ThenEachSeesTheNamespacesOfItsKind()
    {
        const string look = "echo $(hostname) $(readlink /proc/self/ns/mnt) $(pwd)";
        await using var scene = new HookScene(directory => new HooksSpec
        {
            CreateRuntime = [HookScene.Sh($"{look} > {directory}/createRuntime; ls /proc/self/fd > {directory}/fds")],
            CreateContainer = [HookScene.Sh($"{look} > {directory}/createContainer")],
            StartContainer =
                [HookScene.Sh($"{look.Replace("readlink", "ls -l", StringComparison.Ordinal)} > /out/startContainer")],
            Poststart = [HookScene.Sh($"{look} > {directory}/poststart")],
        });
        await scene.CreateAsync();
        var init = new FileInfo($"/proc/{scene.Container.Init.Pid.Value}/ns/mnt").LinkTarget!;
        var own = new FileInfo("/proc/self/ns/mnt").LinkTarget!;
        await scene.StartAsync();

        Assert.Equal($"{Environment.MachineName} {own} {scene.BundlePath}\n", scene.Read("createRuntime"));
        Assert.Equal($"{scene.Id} {init} {scene.BundlePath}\n", scene.Read("createContainer"));
        Assert.StartsWith($"{scene.Id} ", scene.Read("startContainer"), StringComparison.Ordinal);
        Assert.EndsWith($"{init} /\n", scene.Read("startContainer"), StringComparison.Ordinal);
        Assert.Equal($"{Environment.MachineName} {own} {scene.BundlePath}\n", scene.Read("poststart"));
        Assert.Equal("0\n1\n2\n3\n", scene.Read("fds"));
    }

    [Fact]
    public async Task Run_WhenACreateContainerHookMountsBelowTheRoot_ThenTheProgramSeesItAndTheHostDoesNot()
    {
        await using var scene = new HookScene(_ => new HooksSpec
        {
            CreateContainer =
            [
                HookScene.Sh(
                    $"mount -t tmpfs hook {BusyboxRoot.Path}/tmp && echo from the hook > {BusyboxRoot.Path}/tmp/it"),
            ],
        }, null, "sh", "-c", "cat /tmp/it > /out/it; sleep 100");
        await scene.CreateAsync();
        await scene.StartAsync();

        await RealContainer.UntilAsync(() => scene.Read("it").Length > 0);
        Assert.Equal("from the hook\n", scene.Read("it"));
        Assert.Empty(Directory.GetFiles(Path.Join(BusyboxRoot.Path, "tmp")));
    }

    [Fact]
    public async Task Run_WhenHooksHaveArgsAndEnv_ThenTheyGetExactlyThese()
    {
        await using var scene = new HookScene(directory => new HooksSpec
        {
            CreateRuntime =
            [
                new HookSpec("/usr/bin/env", []) { Env = [] },
                new HookSpec("/bin/sh", ["odd name", "-c", $"echo \"$0\" \"$1\" > {directory}/args; /usr/bin/env > {directory}/env", "a b", "c"])
                {
                    Env = ["A=1", "B=two words"],
                },
            ],
            StartContainer =
            [
                new HookSpec("/bin/sh", ["sh", "-c", "/bin/busybox env > /out/inherited"]),
                new HookSpec("/bin/sh", ["sh", "-c", "/bin/busybox env > /out/explicit"]) { Env = ["ONLY=this"] },
            ],
        }, spec => spec with
        {
            Process =
                spec.Process! with { Env = ["PATH=/bin", "FROM=process"], User = new UserSpec { Uid = 7, Gid = 8 } },
        });
        await scene.CreateAsync();
        await scene.StartAsync();

        Assert.Equal("a b c\n", scene.Read("args"));
        Assert.Equal(["A=1", "B=two words"], Variables(scene.Read("env")));
        Assert.Equal(["FROM=process", "HOME=/", "PATH=/bin"], Variables(scene.Read("inherited")));

        // busybox's shell gives its children a PATH where it has none.
        Assert.Equal(["ONLY=this", "PATH=/sbin:/usr/sbin:/bin:/usr/bin"], Variables(scene.Read("explicit")));
    }

    [Fact]
    public async Task Run_WhenAHookOfStartRuns_ThenItHasTheProcessesUserAndNoMorePower()
    {
        await using var scene = new HookScene(_ => new HooksSpec
        {
            StartContainer =
                [HookScene.Sh("grep -E '^(Uid|Gid|CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status > /out/hook")],
        }, spec => spec with { Process = spec.Process! with { User = new UserSpec { Uid = 7, Gid = 8 } } },
        "sh", "-c", "grep -E '^(Uid|Gid|CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status > /out/program; sleep 100");
        await scene.CreateAsync();
        await scene.StartAsync();
        await RealContainer.UntilAsync(() => scene.Read("program").Contains("Seccomp", StringComparison.Ordinal));

        Assert.Contains("Uid:\t7\t7\t7\t7", scene.Read("hook"), StringComparison.Ordinal);
        Assert.Equal(scene.Read("program"), scene.Read("hook"));
    }

    [Fact]
    public async Task Run_WhenTheUserNamespaceIsNew_ThenHooksOfTheContainerAreItsRoot()
    {
        await using var scene = new HookScene(directory => new HooksSpec
        {
            CreateContainer = [HookScene.Sh($"id -u > {directory}/create; stat -c %u {directory}/create > {directory}/owner; cat > {directory}/state")],
            StartContainer = [HookScene.Sh("id -u > /out/start")],
        }, spec => spec with
        {
            Linux = spec.Linux with
            {
                Namespaces = [.. spec.Linux.Namespaces, new LinuxNamespace(LinuxNamespaceKind.User)],
                UidMappings = [new LinuxIdMapping(0, 100000, 65536)],
                GidMappings = [new LinuxIdMapping(0, 100000, 65536)],
                Sysctl = new Dictionary<string, string>(),
            },
        });
        await scene.CreateAsync();
        await scene.StartAsync();

        Assert.Equal("0\n", scene.Read("create"));
        Assert.Equal("0\n", scene.Read("owner"));
        Assert.Equal("0\n", scene.Read("start"));
        Assert.Equal(1, JsonNode.Parse(scene.Read("state"))!["pid"]!.GetValue<int>());
    }

    [Fact]
    public async Task RunPoststop_WhenTheShimIsGone_ThenEachRunsAndFailuresAreTold()
    {
        await using var scene = new HookScene(directory => new HooksSpec
        {
            Prestart = [HookScene.Sh($"echo never > {directory}/never")],
            Poststop = [HookScene.Sh("exit 4"), HookScene.Sh($"cat > {directory}/state")],
        });
        var warnings = new List<string>();
        await OrphanHooks.RunPoststopAsync(
            scene.Id, scene.BundlePath, new EngineOptions { OnWarning = warnings.Add }).WaitAsync(Limit);
        await OrphanHooks.RunPoststopAsync(
            scene.Id, scene.BundlePath + "/none", new EngineOptions { OnWarning = warnings.Add }).WaitAsync(Limit);

        Assert.Equal("stopped", (string?)JsonNode.Parse(scene.Read("state"))!["status"]);
        Assert.Equal("", scene.Read("never"));
        Assert.Equal(2, warnings.Count);
        Assert.Contains("poststop hook 0 (/bin/sh): exit status 4", warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_WhenThereAreHooks_ThenTheyStandWhereTheyRun()
    {
        var hook = new HookSpec("/bin/true", ["true", "it"]) { Timeout = 3, Env = ["SECRET=x"] };
        using var container = new RealContainer(spec => spec with
        {
            Hooks = new HooksSpec
            {
                Prestart = [hook], CreateRuntime = [hook], CreateContainer = [hook], StartContainer = [hook],
                Poststart = [hook], Poststop = [hook, hook],
            },
        }, "sh");
        var steps = container.Engine.Explain(Path.GetDirectoryName(container.Log)!);
        var names = steps.Select(step => step.Name).ToList();

        Assert.Equal(
            ["run prestart hook 0", "run createRuntime hook 0", "run createContainer hook 0", "run startContainer hook 0",
             "run poststart hook 0", "run poststop hook 0", "run poststop hook 1"],
            names.Where(name => name.StartsWith("run ", StringComparison.Ordinal)));
        Assert.True(names.IndexOf("run createContainer hook 0") < names.IndexOf("change the root"));
        Assert.True(names.IndexOf("run startContainer hook 0") > names.IndexOf("wait at start"));
        Assert.True(names.IndexOf("run startContainer hook 0") < names.LastIndexOf("execute the program"));
        var explained = steps[names.IndexOf("run prestart hook 0")];
        Assert.Equal("run(\"/bin/true\", [\"true\", \"it\"]) on the host, at most 3 s", explained.Call);
        Assert.Equal("config.md#posix-platform-hooks", explained.Clause);
        Assert.DoesNotContain(steps, step => step.Call.Contains("SECRET", StringComparison.Ordinal)
            && step.Name.StartsWith("run ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_WhenItIsAbortedDuringAHook_ThenTheHookIsGoneToo()
    {
        await using var scene = new HookScene(directory => new HooksSpec
        {
            CreateRuntime = [HookScene.Sh($"sleep 1000 & echo $! > {directory}/child; mv {directory}/child {directory}/begun; wait")],
            Poststop = [HookScene.Sh($"echo over > {directory}/over")],
        });
        using var abort = new CancellationTokenSource();
        var creating = scene.Engine.CreateAsync(
            new Tasks.Ports.ContainerRequest(ContainerId.Parse(scene.Id, "id"), scene.BundlePath, [],
                new Tasks.Ports.StdioRequest("", "", "", false)), new Observer(), abort.Token);
        await RealContainer.UntilAsync(() => scene.Read("begun").Length > 0);
        await abort.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => creating.WaitAsync(Limit));
        var child = scene.Pid("begun");
        await RealContainer.UntilAsync(() => !Host.IsAlive(child));
        Assert.Equal("over\n", scene.Read("over"));
        Assert.Empty(Host.Cgroups(scene.Id));
    }

    private static IEnumerable<string> Variables(string text) => text
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.StartsWith("PWD=", StringComparison.Ordinal)
            && !line.StartsWith("_=", StringComparison.Ordinal)
            && !line.StartsWith("SHLVL=", StringComparison.Ordinal)
                && !line.StartsWith("OLDPWD=", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static void AssertState(HookScene scene, string name, string status, int? pid)
    {
        var state = JsonNode.Parse(scene.Read(name + ".json"))!;
        Assert.Equal("1.3.0", (string?)state["ociVersion"]);
        Assert.Equal(scene.Id, (string?)state["id"]);
        Assert.Equal(status, (string?)state["status"]);
        Assert.Equal(pid?.ToString(CultureInfo.InvariantCulture), state["pid"]?.ToString());
        Assert.Equal(scene.BundlePath, (string?)state["bundle"]);
        Assert.Equal("välue", (string?)state["annotations"]!["org.example.key"]);
    }
}
