using System.Text.Json.Nodes;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Seccomp;

/// <summary>SCMP_ACT_NOTIFY, with an agent that answers.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.seccomp.listenerPath")]
public sealed class SeccompNotifyTests : IDisposable
{
    private const int ENOMEDIUM = 123;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly string[] Mkdir = ["mkdir", "mkdirat"];

    // What every launch calls between the filter and execve, and the calls of a shell.
    private static readonly string[] Important =
    [
        "execve", "capset", "prctl", "clone", "setsid", "close_range", "madvise", "rt_sigprocmask", "read", "openat",
        "mkdir", "mkdirat",
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("shimservice-agent-").FullName;

    private string Socket => Path.Join(_directory, "agent.sock");

    private static int MkdirNumber { get; } = Environment.Is64BitProcess
        && System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64
            ? 83
            : 34;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [Trait("Spec", "linux.seccomp.listenerMetadata")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_WhenACallIsTheAgents_ThenInitAndExecGetItsAnswer(bool noNewPrivileges)
    {
        using var agent = new SeccompAgent(Socket, call => call == MkdirNumber ? ENOMEDIUM : 0);
        using var container = new RealContainer(
            spec => With(spec, Mkdir, noNewPrivileges) with
            {
                Annotations = new Dictionary<string, string> { ["a.b"] = "c" },
            },
            "sh", "-c", "busybox mkdir /dev/x; [ -d /dev/x ] || echo not made; sleep 100");
        await container.StartAsync();
        var (status, output) = await container.ExecAsync(
            process => process["noNewPrivileges"] = noNewPrivileges, "busybox", "mkdir", "/dev/y");
        await RealContainer.UntilAsync(
            () => File.ReadAllText(container.Log).Contains("not made", StringComparison.Ordinal));
        var bundle = container.Bundle;
        var pid = container.Container.Init.Pid.Value;
        await container.EndAsync();

        Assert.Contains("No medium found", await File.ReadAllTextAsync(container.Log), StringComparison.Ordinal);
        Assert.Equal(1, status);
        Assert.Contains("No medium found", output, StringComparison.Ordinal);
        Assert.Equal(2, agent.States.Count);
        var state = new JsonObject
        {
            ["ociVersion"] = "1.3.0", ["id"] = container.Id, ["status"] = "created", ["pid"] = pid, ["bundle"] = bundle,
            ["annotations"] = new JsonObject { ["a.b"] = "c" },
        };
        Assert.Equal(
            new JsonObject
            {
                ["ociVersion"] = "1.3.0", ["fds"] = new JsonArray("seccompFd"), ["pid"] = pid,
                ["metadata"] = "some data", ["state"] = state,
            }.ToJsonString(),
            agent.States[0].ToJsonString());
        Assert.Equal("running", agent.States[1]["state"]!["status"]!.GetValue<string>());
        Assert.NotEqual(pid, agent.States[1]["pid"]!.GetValue<int>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_WhenTheLaunchsOwnCallsAreTheAgents_ThenItStillRuns(bool noNewPrivileges)
    {
        using var agent = new SeccompAgent(Socket, _ => 0);
        using var container = new RealContainer(spec => With(spec, Important, noNewPrivileges), "sleep", "100");
        await container.StartAsync();
        var (status, output) = await container.ExecAsync(
            process => process["noNewPrivileges"] = noNewPrivileges, "sh", "-c", "busybox mkdir /dev/y && echo made");
        await container.EndAsync();

        Assert.Equal((0, "made\n"), (status, output));
        Assert.True(agent.Calls.Count > 5, string.Join(' ', agent.Calls));
    }

    [Fact]
    [Trait("Spec", "hooks.startContainer")]
    public async Task Start_WhenAHookRunsUnderTheFilter_ThenItsListenerIsHandedOverToo()
    {
        using var agent = new SeccompAgent(Socket, call => call == MkdirNumber ? ENOMEDIUM : 0);
        using var container = new RealContainer(
            spec => With(spec, Mkdir, true) with
            {
                Hooks = new HooksSpec { StartContainer = [new HookSpec("/bin/sh", ["sh", "-c", "! busybox mkdir /dev/x"])] },
            },
            "true");
        var (status, output) = await container.RunAsync().WaitAsync(Limit);

        Assert.True(status == 0, output);
        Assert.Equal(2, agent.States.Count);
    }

    [Theory]
    [Trait("Spec", "linux.seccomp.flags")]
    [InlineData(SeccompFlag.WaitKillableRecv)]
    [InlineData(SeccompFlag.Tsync)]
    [InlineData(SeccompFlag.Log)]
    [InlineData(SeccompFlag.SpecAllow)]
    public async Task Run_WhenThereIsAListenerAndAFlag_ThenTheKernelTakesBoth(SeccompFlag flag)
    {
        using var agent = new SeccompAgent(Socket, _ => 0);
        using var container = new RealContainer(
            spec => With(spec, Mkdir, true, flag), "busybox", "mkdir", "/dev/x");
        var (status, output) = await container.RunAsync().WaitAsync(Limit);

        Assert.True(status == 0, output);
    }

    [Fact]
    public async Task Create_WhenThereIsNoAgent_ThenRefusedWithTheField()
    {
        using var container = new RealContainer(spec => With(spec, Mkdir, true), "true");
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal((ErrorKind.FailedPrecondition, "linux.seccomp.listenerPath"), (refused.Kind, refused.Field));
        Assert.Empty(Host.Cgroups(container.Id));
    }

    [Fact]
    public async Task Start_WhenTheAgentHasGone_ThenItFailsAndTheProgramNeverRuns()
    {
        using var container = new RealContainer(spec => With(spec, Mkdir, true), "sh", "-c", "echo ran");
        using (new SeccompAgent(Socket, _ => 0))
        {
            await container.CreateAsync().WaitAsync(Limit);
        }

        var refused = await Assert.ThrowsAsync<TaskException>(
            () => container.Container.StartAsync(CancellationToken.None).WaitAsync(Limit));
        await container.Container.Init.Exited.WaitAsync(Limit);
        await container.EndAsync();

        Assert.Equal("linux.seccomp.listenerPath", refused.Field);
        Assert.Contains("the agent has to listen", refused.Message, StringComparison.Ordinal);
        Assert.Equal("", await File.ReadAllTextAsync(container.Log));
        Assert.Empty(Host.Cgroups(container.Id));
    }

    [Theory]
    [InlineData("write", true)]
    [InlineData("read", true)]
    [InlineData("execve", false)]
    public async Task Create_WhenTheFilterDeniesTheHandOver_ThenRefusedByTheCallsName(string call, bool noNewPrivileges)
    {
        using var agent = new SeccompAgent(Socket, _ => 0);
        using var container = new RealContainer(
            spec =>
            {
                var changed = With(spec, Mkdir, noNewPrivileges);
                return changed with
                {
                    Linux = changed.Linux with
                    {
                        Seccomp = changed.Linux.Seccomp! with
                        {
                            Syscalls =
                            [
                                .. changed.Linux.Seccomp.Syscalls,
                                new LinuxSyscallRule { Names = [call], Action = SeccompAction.Errno },
                            ],
                        },
                    },
                };
            },
            "true");
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Contains(call, refused.Message, StringComparison.Ordinal);
        Assert.Empty(agent.States);
    }

    private Spec With(Spec spec, string[] notified, bool noNewPrivileges, params SeccompFlag[] flags) => spec with
    {
        Process = spec.Process! with { NoNewPrivileges = noNewPrivileges },
        Linux = spec.Linux with
        {
            Seccomp = new LinuxSeccomp
            {
                DefaultAction = SeccompAction.Allow,
                Flags = flags.Length > 0 ? flags : null,
                ListenerPath = Socket,
                ListenerMetadata = "some data",
                Syscalls = [new LinuxSyscallRule { Names = notified, Action = SeccompAction.Notify }],
            },
        },
    };
}
