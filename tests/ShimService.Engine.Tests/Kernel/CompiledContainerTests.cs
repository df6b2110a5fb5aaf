using ShimService.Engine.Compile;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Build;
using ShimService.Oci.Model;
using ShimService.Oci.Write;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Kernel;

/// <summary>Compiled plans in the real kernel: what a process in the container sees of its spec. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class CompiledContainerTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly SharedEngine _shared;
    private readonly BusyboxBundle _bundle = new();
    private readonly PlanCompiler _compiler = new();

    public CompiledContainerTests(SharedEngine shared)
    {
        _shared = shared;
        shared.Compiler.Instead = _compiler;
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[pid]"), Trait("Spec", "linux.namespaces[uts]")]
    [Trait("Spec", "linux.namespaces[mount]"), Trait("Spec", "linux.namespaces[cgroup]"), Trait("Spec", "hostname")]
    [Trait("Spec", "root.path"), Trait("Spec", "mounts"), Trait("Spec", "mounts[].destination")]
    [Trait("Spec", "mounts[].type"), Trait("Spec", "linux.devices"), Trait("Spec", "linux.maskedPaths")]
    [Trait("Spec", "linux.readonlyPaths"), Trait("Spec", "linux.sysctl"), Trait("Spec", "process.capabilities")]
    [Trait("Spec", "linux.namespaces[network]")]
    public async Task Run_WhenConfigIsPlain_ThenProcessSeesExactlyItsSpec()
    {
        var output = await RunAsync(_bundle.Shell("""
            echo pid $$; hostname; pwd; echo home $HOME; umask
            grep -E '^(Cap|Groups|NoNewPrivs)' /proc/self/status
            cut_mounts() { while read -r a b c d e f rest; do echo "mount $e $f"; done < /proc/self/mountinfo; }
            cut_mounts
            ls -l /dev | head -30
            echo "masked [$(cat /proc/interrupts)] [$(ls -A /sys/firmware)]"
            touch /proc/sys/kernel/msgmax 2>&1; echo 1 2>/dev/null > /proc/sys/kernel/msgmax || echo read-only
            cat /proc/sys/net/ipv4/ping_group_range; ifconfig lo | grep RUNNING
            readlink /proc/self/fd/0; ls /proc/self/fd; cat /proc/self/cgroup | head -3
            """));

        Assert.Contains("pid 1", output);
        Assert.Contains(_bundle.Id, output);
        Assert.Contains("home /root", output);
        Assert.Contains("0022", output);
        Assert.Contains("CapInh:\t0000000000000000", output);
        Assert.Contains("CapEff:\t00000000a80425fb", output);
        Assert.Contains("CapBnd:\t00000000a80425fb", output);
        Assert.Contains("CapAmb:\t0000000000000000", output);
        Assert.Contains("mount / rw,relatime", output);
        Assert.Contains("mount /proc rw,nosuid,nodev,noexec,relatime", output);
        Assert.Contains("mount /dev rw,nosuid", output);
        Assert.Contains("mount /sys ro,nosuid,nodev,noexec,relatime", output);
        Assert.Contains("mount /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime", output);
        Assert.Contains("mount /proc/sys ro,nosuid,nodev,noexec,relatime", output);
        Assert.DoesNotContain(output, line => line.Contains(_bundle.Path, StringComparison.Ordinal));
        Assert.Contains(output, line => line.StartsWith("crw-rw-rw-", StringComparison.Ordinal)
            && line.EndsWith(" null", StringComparison.Ordinal));
        Assert.Contains("masked [] []", output);
        Assert.Contains("read-only", output);
        Assert.Contains("0\t2147483647", output);
        Assert.Contains(output, line => line.Contains("RUNNING", StringComparison.Ordinal));
        Assert.Contains("/dev/null", output);
        Assert.Contains(output, line => line.EndsWith(":/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WhenNullIsStdin_ThenItIsTheContainers()
    {
        var before = File.GetUnixFileMode("/dev/null");
        var output = await RunAsync(_bundle.Shell("chmod 600 /proc/self/fd/0 && stat -c %a /dev/null"));

        Assert.Contains("600", output);
        Assert.Equal(before, File.GetUnixFileMode("/dev/null"));
    }

    [Fact]
    [Trait("Spec", "process.user.uid"), Trait("Spec", "process.user.gid")]
    [Trait("Spec", "process.user.additionalGids"), Trait("Spec", "process.user.umask"), Trait("Spec", "process.cwd")]
    [Trait("Spec", "process.capabilities.ambient"), Trait("Spec", "process.noNewPrivileges")]
    [Trait("Spec", "process.rlimits")]
    public async Task Run_WhenUserIsNotRoot_ThenItsIdsGroupsAndHome()
    {
        var config = _bundle.Shell("id -u; id -g; id -G; echo home $HOME; pwd; grep -e Cap -e NoNew /proc/self/status; umask; ulimit -n") with
        {
            User = "1000:1000", AdditionalGids = [5, 6], Cwd = "/made/on/the/way", Umask = 63,
        };
        var output = await RunAsync(config, spec => spec with { Process = spec.Process! with
        {
            Capabilities = new LinuxCapabilities
            {
                Bounding = ["CAP_KILL", "CAP_CHOWN"], Permitted = ["CAP_KILL", "CAP_CHOWN"], Effective = ["CAP_KILL"],
                Inheritable = ["CAP_KILL"], Ambient = ["CAP_KILL", "CAP_UNHEARD_OF"],
            },
            NoNewPrivileges = true,
            Rlimits = [new PosixRlimit(RlimitKind.OpenFiles, 20, 20)],
        } });

        Assert.Contains("1000", output);
        Assert.Contains("1000 5 6", output);
        Assert.Contains("home /home", output);
        Assert.Contains("/made/on/the/way", output);
        Assert.Contains("0077", output);
        Assert.Contains("CapAmb:\t0000000000000020", output);
        Assert.Contains("CapPrm:\t0000000000000020", output);
        Assert.Contains("NoNewPrivs:\t1", output);
        Assert.Contains("20", output);
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[user]"), Trait("Spec", "linux.uidMappings"), Trait("Spec", "linux.gidMappings")]
    [Trait("Spec", "process.oomScoreAdj")]
    public async Task Run_WhenUserNamespaceIsNew_ThenRootIsOnlyInside()
    {
        var config = _bundle.Shell("""
            id -u; cat /proc/self/uid_map; grep CapEff /proc/self/status; cat /proc/self/oom_score_adj
            echo hello > /dev/null && echo null-works; ls -ln /dev/null
            while read -r a b c d e f rest; do echo "mount $e"; done < /proc/self/mountinfo
            """) with
        {
            OomScoreAdj = 7,
            Namespaces = new NamespacesConfig
            {
                User = "private",
                UidMappings = [new LinuxIdMapping(0, 100000, 65536)],
                GidMappings = [new LinuxIdMapping(0, 100000, 65536)],
            },
        };
        var output = await RunAsync(config);

        Assert.Contains("0", output);
        Assert.Contains(
            output, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["0", "100000", "65536"]);
        Assert.Contains("CapEff:\t00000000a80425fb", output);
        Assert.Contains("7", output);
        Assert.Contains("null-works", output);
        Assert.Contains("mount /proc/interrupts", output);
    }

    [Fact]
    [Trait("Spec", "mounts[].source"), Trait("Spec", "mounts[].options"), Trait("Spec", "root.readonly")]
    public async Task Run_WhenMountsAreBound_ThenTheirOptionsHold()
    {
        Directory.CreateDirectory(Path.Join(_bundle.Path, "data/inner"));
        File.WriteAllText(Path.Join(_bundle.Path, "data/file"), "content");
        File.CreateSymbolicLink(Path.Join(_bundle.Rootfs, "etc/link"), "/../../../tmp");
        var config = _bundle.Shell("""
            cat /data/file /etc/one/two/file /etc/link/file; echo; touch /data/new || echo data-ro
            touch /scratch/new || echo scratch-ro; stat -c %a /tmp /scratch
            while read -r a b c d e f rest; do echo "mount $e $f"; done < /proc/self/mountinfo
            touch /new-in-root || echo root-ro
            """) with
        {
            Rootfs = new RootfsConfig(_bundle.Rootfs, Readonly: true),
            Mounts =
            [
                new MountConfig
                {
                    Source = Path.Join(_bundle.Path, "data"), Destination = "/data", Options = ["ro", "nosuid"],
                },
                new MountConfig { Source = Path.Join(_bundle.Path, "data/file"), Destination = "/etc/one/two/file" },
                new MountConfig { Source = Path.Join(_bundle.Path, "data/file"), Destination = "/etc/link/file" },
                new MountConfig { Type = "tmpfs", Destination = "/scratch", Options = ["ro", "mode=711"] },
            ],
        };
        var output = await RunAsync(config);

        Assert.Contains("contentcontentcontent", string.Concat(output));
        Assert.Contains("data-ro", output);
        Assert.Contains("scratch-ro", output);
        Assert.Contains("711", output);
        Assert.Contains("root-ro", output);
        Assert.Contains("mount / ro,relatime", output);
        Assert.Contains("mount /tmp/file rw,relatime", output);
        Assert.Contains(output, line => line.StartsWith("mount /data ro,nosuid", StringComparison.Ordinal));
        Assert.False(File.Exists("/tmp/file"), "the link of the image led out of the container");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "root.path")]
    public async Task Run_WhenTheRootIsALink_ThenItIsFollowed(bool chained)
    {
        var link = Path.Join(_bundle.Path, "link");
        var target = _bundle.Rootfs;
        if (chained)
        {
            target = Path.GetFileName(Directory.CreateSymbolicLink(Path.Join(_bundle.Path, "first"), target).FullName);
        }

        Directory.CreateSymbolicLink(link, target);
        var config = _bundle.Shell("echo inside") with { Rootfs = new RootfsConfig(link) };

        Assert.Equal(["inside", ""], await RunAsync(config));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("Spec", "root.path")]
    public async Task Create_WhenTheRootLeadsNowhere_ThenInvalidArgumentNamesIt(int kind)
    {
        var link = Path.Join(_bundle.Path, "link");
        Directory.CreateSymbolicLink(link, kind == 1 ? link : "/no/such/place");
        var config = _bundle.Shell("true") with { Rootfs = new RootfsConfig(link) };

        var failure = await Assert.ThrowsAsync<TaskException>(() => RunAsync(config));

        Assert.Equal(ErrorKind.InvalidArgument, failure.Kind);
        Assert.Equal("root.path", failure.Field);
    }

    [Theory]
    [InlineData("proc")]
    [InlineData("dev")]
    [InlineData("sys")]
    [Trait("Spec", "mounts[].destination")]
    public async Task Create_WhenImageHasALinkAtASpecialPlace_ThenRefused(string name)
    {
        var elsewhere = Directory.CreateDirectory(Path.Join(_bundle.Path, "elsewhere")).FullName;
        Directory.Delete(Path.Join(_bundle.Rootfs, name));
        Directory.CreateSymbolicLink(Path.Join(_bundle.Rootfs, name), elsewhere);

        var failure = await Assert.ThrowsAsync<TaskException>(() => RunAsync(_bundle.Shell("true")));

        Assert.Equal($"mount /{name}", failure.Step);
        Assert.Contains("symbolic link", failure.Hint, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere));
        Assert.Empty(Host.Cgroups(_bundle.Id));
    }

    [Fact]
    [Trait("Spec", "process.args")]
    public async Task Create_WhenProgramIsMissing_ThenToldBeforeStart()
    {
        var failure = await Assert.ThrowsAsync<TaskException>(
            () => RunAsync(_bundle.Shell("") with { Args = ["no-such-program"] }));

        Assert.Equal("ENOENT", failure.Errno);
        Assert.Contains("no-such-program", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Host.Cgroups(_bundle.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "linux.seccomp"), Trait("Spec", "linux.seccomp.syscalls")]
    public async Task Run_WhenFiltered_ThenCallsAreRefusedAndCapabilitiesAreTheSpecs(bool noNewPrivileges)
    {
        var config = _bundle.Shell(
            "grep -E 'Cap(Eff|Prm)|Seccomp:' /proc/self/status; chmod 700 /tmp || echo refused") with
        {
            Security = new SecurityConfig { Seccomp = "unconfined", NoNewPrivileges = noNewPrivileges },
        };
        var output = await RunAsync(config, spec => spec with { Linux = spec.Linux with
        {
            Seccomp = new LinuxSeccomp
            {
                DefaultAction = SeccompAction.Allow,
                Syscalls =
                [
                    new LinuxSyscallRule
                    {
                        Names = ["chmod", "fchmodat", "fchmod"], Action = SeccompAction.Errno, ErrnoRet = 1,
                    },
                ],
            },
        } });

        Assert.Contains("Seccomp:\t2", output);
        Assert.Contains("CapEff:\t00000000a80425fb", output);
        Assert.Contains("CapPrm:\t00000000a80425fb", output);
        Assert.Contains("refused", output);
    }

    [Fact]
    [Trait("Spec", "process.terminal"), Trait("Spec", "process.consoleSize")]
    public async Task Run_WhenTerminal_ThenConsoleIsControllingAndHasItsSize()
    {
        var config = _bundle.Shell(
            "tty; stty size; echo to-tty > /dev/tty; id -u; test -O /dev/console && echo mine") with
        {
            Terminal = true, ConsoleSize = new ConsoleSize(90, 31), User = "1000",
        };
        var output = await RunAsync(config, terminal: true);

        Assert.Contains("/dev/pts/0", output);
        Assert.Contains("31 90", output);
        Assert.Contains("to-tty", output);
        Assert.Contains("mine", output);
    }

    [Fact]
    public async Task Create_WhenTheSpecsTerminalIsNotAskedFor_ThenRefused()
    {
        var refused = await Assert.ThrowsAsync<TaskException>(
            () => StartAsync(_bundle.Shell("true") with { Terminal = true }));

        Assert.Contains("process.terminal", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LinuxNamespaceKind.Pid)]
    [InlineData(LinuxNamespaceKind.Network)]
    [Trait("Spec", "linux.namespaces[].path")]
    public async Task Create_WhenANamespaceIsAFifo_ThenRefusedAtOnce(LinuxNamespaceKind kind)
    {
        var fifo = Path.Join(_bundle.Path, "fifo");
        Native.MakeFifo(fifo);

        await Assert.ThrowsAsync<TaskException>(() => RunAsync(
            _bundle.Shell("true"),
            spec => spec with
            {
                Linux = spec.Linux with
                {
                    Namespaces =
                    [
                        .. spec.Linux.Namespaces.Where(one => one.Kind != kind),
                        new LinuxNamespace(kind, fifo),
                    ],
                },
            }));
    }

    [Fact]
    public async Task Exec_WhenContainerRuns_ThenItJoinsEverything()
    {
        var container = await StartAsync(_bundle.Shell("sleep 60"));
        try
        {
            var lines = await ExecAsync(container, new ProcessSpec
            {
                Args = ["sh", "-c", "hostname; id -u; echo home $HOME; readlink /proc/self/fd/0; pwd"],
                Env = ["PATH=/bin"],
                Cwd = "/usr",
                User = new UserSpec { Uid = 1000, Gid = 1000 },
            });

            Assert.Equal([_bundle.Id, "1000", "home /home", "/dev/null", "/usr", ""], lines);
        }
        finally
        {
            await EndAsync(container);
        }
    }

    [Fact]
    public async Task Exec_WhenTerminal_ThenItIsTheContainersOwn()
    {
        var container = await StartAsync(_bundle.Shell("sleep 60"));
        try
        {
            var lines = await ExecAsync(container, new ProcessSpec
            {
                Args = ["sh", "-c", "tty; stty size; echo to-tty > /dev/tty"],
                Cwd = "/",
                Terminal = true,
                ConsoleSize = new ConsoleSize(100, 40),
            });

            Assert.Equal(["/dev/pts/0", "40 100", "to-tty", ""], lines);
        }
        finally
        {
            await EndAsync(container);
        }
    }

    [Fact]
    public async Task Exec_WhenContainerFakesItsTerminals_ThenRefusedAndInitRunsOn()
    {
        var config = _bundle.Shell("sleep 60") with
        {
            Mounts = [new MountConfig { Source = _bundle.Fakes(), Destination = "/dev/pts" }],
        };
        var container = await StartAsync(config);
        try
        {
            var failure = await Assert.ThrowsAsync<TaskException>(() => ExecAsync(container, new ProcessSpec
            {
                Args = ["true"], Cwd = "/", Terminal = true,
            }));

            Assert.Equal("ENOTTY", failure.Errno);
            Assert.False(container.Init.Exited.IsCompleted);
        }
        finally
        {
            await EndAsync(container);
        }
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[].path"), Trait("Spec", "linux.namespaces[network]")]
    [Trait("Spec", "linux.namespaces[uts]"), Trait("Spec", "linux.namespaces[pid]")]
    public async Task Run_WhenNamespacesAreJoined_ThenTheyAreTheOthers()
    {
        using var other = new BusyboxBundle();
        var first = await StartAsync(_bundle.Shell("sleep 60"));
        try
        {
            var pid = first.Init.Pid.Value;
            var config = other.Shell(
                "for kind in net uts pid mnt; do readlink /proc/self/ns/$kind; done; hostname") with
            {
                Hostname = _bundle.Id,
                Namespaces = new NamespacesConfig
                {
                    Network = $"/proc/{pid}/ns/net",
                    Uts = $"/proc/{pid}/ns/uts",
                    Ipc = $"/proc/{pid}/ns/ipc",
                    Pid = $"/proc/{pid}/ns/pid",
                },
            };
            var lines = await RunAsync(other, config, null, terminal: false);

            string Own(string kind) => new FileInfo($"/proc/{pid}/ns/{kind}").LinkTarget!;
            Assert.Equal([Own("net"), Own("uts"), Own("pid")], lines[..3]);
            Assert.NotEqual(Own("mnt"), lines[3]);
            Assert.Equal(_bundle.Id, lines[4]);
        }
        finally
        {
            await EndAsync(first);
        }
    }

    [Fact]
    [Trait("Spec", "mounts[].options"), Trait("Spec", "mounts[].type")]
    public async Task Run_WhenMountOptionIsLong_ThenMountedAllTheSame()
    {
        var layers = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            var layer = Directory.CreateDirectory(Path.Join(_bundle.Path, $"layer-with-a-long-name-{i}")).FullName;
            File.WriteAllText(Path.Join(layer, $"file{i}"), "");
            layers.Add(layer);
        }

        var config = _bundle.Shell("ls /merged /tmp/merged; touch /merged/x || echo read-only") with
        {
            Mounts =
            [
                Overlay("/merged", layers),
                new MountConfig { Type = "tmpfs", Destination = "/tmp" },
                Overlay("/tmp/merged", layers),
            ],
        };
        var lines = await RunAsync(config);

        Assert.Equal(2, lines.Count(line => line == "file11"));
        Assert.Contains("read-only", lines);

        static MountConfig Overlay(string destination, List<string> layers) => new()
        {
            Type = "overlay", Destination = destination, Options = ["ro", $"lowerdir={string.Join(':', layers)}"],
        };
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[user]"), Trait("Spec", "linux.namespaces[].path")]
    public async Task Run_WhenUserNamespaceIsJoined_ThenItIsTheOthers()
    {
        using var other = new BusyboxBundle();
        var first = await StartAsync(_bundle.Shell("sleep 60") with
        {
            Namespaces = new NamespacesConfig
            {
                User = "private",
                UidMappings = [new LinuxIdMapping(0, 100000, 65536)],
                GidMappings = [new LinuxIdMapping(0, 100000, 65536)],
            },
        });
        try
        {
            var pid = first.Init.Pid.Value;
            var config = other.Shell("readlink /proc/self/ns/user; id -u; grep CapEff /proc/self/status; hostname") with
            {
                Namespaces = new NamespacesConfig
                {
                    User = $"/proc/{pid}/ns/user",
                    Network = $"/proc/{pid}/ns/net",
                    Pid = $"/proc/{pid}/ns/pid",
                },
            };
            var lines = await RunAsync(other, config, null, terminal: false);

            Assert.Equal(
                [new FileInfo($"/proc/{pid}/ns/user").LinkTarget!, "0", "CapEff:\t00000000a80425fb", other.Id], lines[..4]);
            var exec = await ExecAsync(first, new ProcessSpec
            {
                Args = ["sh", "-c", "id -u; grep -E 'Cap(Eff|Bnd)' /proc/self/status"], Cwd = "/",
            });
            Assert.Equal(["0", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", ""], exec);
        }
        finally
        {
            await EndAsync(first);
        }
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[].path"), Trait("Spec", "linux.namespaces[ipc]")]
    public async Task Create_WhenJoinedNamespaceIsOfAnotherKind_ThenRefused()
    {
        var failure = await Assert.ThrowsAsync<TaskException>(() => RunAsync(_bundle.Shell("true") with
        {
            Namespaces = new NamespacesConfig { Ipc = "/proc/self/ns/net" },
        }));

        Assert.Equal("join ipc namespace", failure.Step);
        Assert.Equal("EINVAL", failure.Errno);
        Assert.Contains("another kind", failure.Hint, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _shared.Compiler.Instead = null;
        _compiler.Dispose();
        _bundle.Dispose();
    }

    private async Task<IContainer> StartAsync(ContainerConfig config)
    {
        var container = await _shared.Engine.CreateAsync(_bundle.Write(config), new Observer(), CancellationToken.None)
            .WaitAsync(Limit);
        await container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        return container;
    }

    private static async Task EndAsync(IContainer container)
    {
        container.Init.Kill(Signal.Kill);
        await container.Init.Exited.WaitAsync(Limit);
        await container.DeleteAsync().WaitAsync(Limit);
    }

    private async Task<string[]> ExecAsync(IContainer container, ProcessSpec process)
    {
        var output = Path.Join(_bundle.Path, "exec");
        var stderr = process.Terminal ? "" : $"file://{output}";
        var request = new ExecRequest(
            ExecId.Parse("e1", "exec_id"),
            SpecWriter.Write(process),
            new StdioRequest("", $"file://{output}", stderr, process.Terminal));
        var exec = await container.ExecAsync(request, CancellationToken.None).WaitAsync(Limit);
        await exec.Exited.WaitAsync(Limit);
        await exec.Stdio.Drained.WaitAsync(Limit);
        return Lines(await File.ReadAllTextAsync(output));
    }

    private Task<string[]> RunAsync(
        ContainerConfig config, Func<Spec, Spec>? change = null, bool terminal = false) =>
        RunAsync(_bundle, config, change, terminal);

    private async Task<string[]> RunAsync(
        BusyboxBundle bundle, ContainerConfig config, Func<Spec, Spec>? change, bool terminal)
    {
        var container = await _shared.Engine
            .CreateAsync(
                bundle.Write(config, change, terminal), new Observer(), CancellationToken.None).WaitAsync(Limit);
        await container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        await container.Init.Exited.WaitAsync(Limit);
        await container.Init.Stdio.Drained.WaitAsync(Limit);
        await container.DeleteAsync().WaitAsync(Limit);
        return Lines(await File.ReadAllTextAsync(bundle.Output));
    }

    private static string[] Lines(string text) => text.Replace("\r", "", StringComparison.Ordinal).Split('\n');
}
