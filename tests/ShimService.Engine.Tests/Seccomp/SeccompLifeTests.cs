using System.Net.Sockets;
using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Seccomp;

/// <summary>Filters over the life of a container: its default answers, its hooks, an agent that goes. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.seccomp")]
public sealed class SeccompLifeTests : IDisposable
{
    private static readonly string[] Mkdir = ["mkdir", "mkdirat"];
    private readonly SpecScene _scene = new();

    // No call of the shell's or the launch's is denied: what is, is told by an allow list of everything else.
    [Theory]
    [InlineData(null, "Operation not permitted")]
    [InlineData(123, "No medium found")]
    [Trait("Spec", "linux.seccomp.defaultErrnoRet")]
    public async Task Run_WhenACallIsNotListed_ThenItFailsWithTheDefaultErrno(int? errno, string told)
    {
        var allowed = new List<string>();
        ShimService.Linux.Seccomp.SyscallNumbers.VisitNames(allowed.Add);
        allowed.RemoveAll(Mkdir.Contains);
        var lines = await _scene.RunAsync("mkdir /tmp/made 2>&1; ls -d /tmp", spec => spec.WithLinux(linux => linux with
        {
            Seccomp = new LinuxSeccomp
            {
                DefaultAction = SeccompAction.Errno, DefaultErrnoRet = (uint?)errno,
                Syscalls = [new LinuxSyscallRule { Names = allowed, Action = SeccompAction.Allow }],
            },
        }));

        Assert.EndsWith(told, lines[0], StringComparison.Ordinal);
        Assert.Equal("/tmp", lines[1]);
        Assert.False(Directory.Exists(Path.Join(_scene.Rootfs, "tmp/made")));
    }

    [Fact]
    [Trait("Spec", "hooks.startContainer")]
    public async Task Start_WhenAHookMakesACallThatKills_ThenItFailsAndTheProgramNeverRuns()
    {
        var container = await _scene.CreateAsync("echo ran", spec => spec.WithLinux(linux => linux with
        {
            Seccomp = new LinuxSeccomp
            {
                DefaultAction = SeccompAction.Allow,
                Syscalls = [new LinuxSyscallRule { Names = Mkdir, Action = SeccompAction.KillProcess }],
            },
        }) with
        {
            Hooks = new HooksSpec { StartContainer = [new HookSpec("/bin/mkdir", ["mkdir", "/tmp/made"])] },
        });
        var failure = await Assert.ThrowsAsync<TaskException>(
            () => container.StartAsync(CancellationToken.None).WaitAsync(SpecScene.Limit));
        await _scene.EndAsync(container);

        Assert.Contains("startContainer hook 0", failure.Message, StringComparison.Ordinal);
        Assert.Equal("", await File.ReadAllTextAsync(_scene.Output));
    }

    [Fact]
    [Trait("Spec", "linux.seccomp.listenerPath")]
    public async Task Run_WhenTheAgentDies_ThenItsCallsFailAndNoneWaitsForEver()
    {
        // An agent that takes the listener and never looks at it.
        var path = Path.Join(_scene.Directory("agent"), "s");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        var accepted = socket.AcceptAsync();
        var container = await _scene.StartAsync(
            "while ! [ -e /tmp/go ]; do sleep 0.1; done; mkdir /tmp/made 2>&1; echo over", spec => Notifying(spec, path));
        using (var connection = await accepted.WaitAsync(SpecScene.Limit))
        {
            Native.ReceiveDescriptor(connection, out _).Dispose();
        }

        File.WriteAllText(Path.Join(_scene.Rootfs, "tmp/go"), "");
        await container.Init.Exited.WaitAsync(SpecScene.Limit);
        await container.Init.Stdio.Drained.WaitAsync(SpecScene.Limit);
        await _scene.EndAsync(container);

        var lines = await File.ReadAllLinesAsync(_scene.Output);
        Assert.EndsWith("Function not implemented", lines[0], StringComparison.Ordinal);
        Assert.Equal("over", lines[1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("@abstract")]
    [InlineData("/nobody/listens/here")]
    [Trait("Spec", "linux.seccomp.listenerPath")]
    public async Task Create_WhenTheAgentsPathIsNone_ThenRefusedWithTheField(string path) => Assert.Equal(
        "linux.seccomp.listenerPath", (await _scene.RefusedAsync(spec => Notifying(spec, path))).Field);

    [Theory]
    [InlineData("")]
    [InlineData("/nobody/listens/here")]
    public async Task Run_WhenRulesSayNothingNew_ThenTheyAreOfNoConsequence(string listener)
    {
        var lines = await _scene.RunAsync("echo ran; grep ^Seccomp: /proc/self/status", spec => spec.WithLinux(
            linux => linux with
            {
                Seccomp = new LinuxSeccomp
                {
                    DefaultAction = SeccompAction.Allow, ListenerPath = listener,
                    Syscalls =
                    [
                        new LinuxSyscallRule { Names = ["bdflush", "no_such_call"], Action = SeccompAction.Allow },
                        new LinuxSyscallRule { Names = ["no_such_call"], Action = SeccompAction.Errno },
                    ],
                },
            }));

        Assert.Equal("ran", lines[0]);
    }

    public void Dispose() => _scene.Dispose();

    private static Spec Notifying(Spec spec, string path) => spec.WithLinux(linux => linux with
    {
        Seccomp = new LinuxSeccomp
        {
            DefaultAction = SeccompAction.Allow, ListenerPath = path,
            Syscalls = [new LinuxSyscallRule { Names = Mkdir, Action = SeccompAction.Notify }],
        },
    });
}
