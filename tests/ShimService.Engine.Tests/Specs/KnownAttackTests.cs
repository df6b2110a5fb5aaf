using System.Globalization;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Specs;

/// <summary>What has worked against other runtimes once, besides mounts: tried on containers of this one. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class KnownAttackTests : IDisposable
{
    private readonly SpecScene _scene = new();

    [Fact]
    [Trait("Spec", "process.cwd")]
    [Trait("CVE", "CVE-2024-21626")]
    public async Task Exec_WhenTheWorkingDirectoryIsADescriptor_ThenNoneOfTheHostIsThere()
    {
        // The image's own links, which look harmless to whoever checks the path.
        var container = await _scene.StartAsync("for n in 3 4 5 6 7 8 9 10; do ln -s /proc/self/fd/$n /tmp/l$n; done; sleep 100");
        await RealContainer.UntilAsync(() => new FileInfo(Path.Join(_scene.Rootfs, "tmp/l10")).LinkTarget is not null);
        for (var number = 3; number <= 10; number++)
        {
            foreach (var cwd in (string[])[$"/proc/self/fd/{number}", $"/tmp/l{number}/..", $"/proc/1/fd/{number}"])
            {
                try
                {
                    // Names are put together first: what is above a link is where the link lies.
                    Assert.Equal(["/tmp"], await _scene.ExecAsync(
                        container, "pwd -P", process => process with { Cwd = cwd }));
                    Assert.EndsWith("/..", cwd, StringComparison.Ordinal);
                }
                catch (TaskException refused)
                {
                    Assert.Contains(cwd, refused.Message, StringComparison.Ordinal);
                }
            }
        }

        var own = await _scene.ExecAsync(container, "pwd", process => process with { Cwd = "/tmp" });
        await _scene.EndAsync(container);
        Assert.Equal(["/tmp"], own);
    }

    [Theory]
    [InlineData(LinuxNamespaceKind.Network)]
    [InlineData(LinuxNamespaceKind.User)]
    [InlineData(LinuxNamespaceKind.Pid)]
    [Trait("Spec", "linux.namespaces[].path")]
    [Trait("CVE", "CVE-2021-43784")]
    public async Task Create_WhenAPathIsLongerThanSixtyFourKilobytes_ThenRefusedAndNothingOfItIsTakenForAnotherSetting(
        LinuxNamespaceKind kind)
    {
        // Where lengths are counted in 16 bits, the rest of it becomes messages of its own.
        var path = "/proc/self/ns/net" + string.Concat(Enumerable.Repeat("/.", 32768)) + "/x";
        var failure = await _scene.RefusedAsync(spec => spec.WithNamespace(kind, path));

        Assert.NotEqual(ErrorKind.Internal, failure.Kind);
    }

    [Fact]
    [Trait("Spec", "linux.seccomp")]
    [Trait("CVE", "CVE-2022-0185")]
    [Trait("CVE", "CVE-2022-0492")]
    public async Task Run_WhenAnOrdinaryContainerWantsNamespacesOrCgroupsOfItsOwn_ThenItGetsNone()
    {
        var lines = await _scene.RunAsync("""
            busybox=/usr/bin/busybox
            $busybox unshare -U true 2>/dev/null && echo user; $busybox unshare -m true 2>/dev/null && echo mount
            mkdir -p /tmp/c; mount -t cgroup -o rdma none /tmp/c 2>/dev/null && echo cgroup
            mount -t cgroup2 none /tmp/c 2>/dev/null && echo cgroup2; mount -t tmpfs none /tmp/c 2>/dev/null && echo tmpfs
            for file in $(find /sys/fs/cgroup -name release_agent) /sys/fs/cgroup/release_agent; do
                (echo /tmp/evil > $file) 2>/dev/null && echo agent
            done
            mkdir /sys/fs/cgroup/x 2>/dev/null && echo made; echo end
            """);

        Assert.Equal(["end"], lines);
    }

    [Fact]
    [Trait("Spec", "annotations")]
    [Trait("CVE", "CVE-2026-53488")]
    [Trait("CVE", "CVE-2026-53489")]
    [Trait("CVE", "CVE-2026-53492")]
    [Trait("CVE", "CVE-2026-50195")]
    [Trait("CVE", "CVE-2025-24965")]
    public async Task Run_WhenAnnotationsOfAnImageAskForTheHost_ThenTheyAreWordsOnly()
    {
        var evil = Path.Join(_scene.Directory("outside"), "evil");
        File.CreateSymbolicLink(Path.Join(_scene.Rootfs, ".krun_config.json"), evil);
        var lines = await _scene.RunAsync("ls /dev; ls /", spec => spec with
        {
            Annotations = new Dictionary<string, string>
            {
                ["cdi.k8s.io/vendor"] = "vendor.example/device=all", ["run.oci.handler"] = "krun",
                ["run.oci.hooks.stdout"] = evil, ["run.oci.seccomp.receiver"] = evil,
                ["io.kubernetes.cri.container-type"] = "sandbox", ["org.criu.config"] = evil,
                ["io.containerd.image.config.stop-signal"] = "SIGKILL", ["run.oci.delegate-cgroup"] = "../../..",
                ["run.oci.mount_context_type"] = "rootcontext", ["run.oci.keep_original_groups"] = "1",
            },
        });

        Assert.False(File.Exists(evil));
        Assert.DoesNotContain(lines, line => line.Contains("vendor", StringComparison.Ordinal));
        Assert.Contains("null", lines);
    }

    [Fact]
    [Trait("Spec", "process.args")]
    [Trait("CVE", "CVE-2019-5736")]
    public async Task Run_WhenTheProgramIsItsOwnExecutable_ThenWhatItHoldsIsNotOpenForWriting()
    {
        // The image's program is whatever makes the container: the first thing it would do is to keep that file.
        Func<Spec, Spec> self = spec => spec.WithProcess(process => process with { Args = ["/proc/self/exe", "--version"] });
        var host = new FileInfo("/proc/self/exe").LinkTarget!;
        var before = (new FileInfo(host).Length, File.GetLastWriteTimeUtc(host));
        _ = await Record.ExceptionAsync(() => _scene.RunAsync("", self));
        var container = await _scene.CreateAsync("for f in /proc/self/fd/*; do readlink $f; done; sleep 100");

        // Until it is started it is a copy of the engine's process: nobody in the container may look into it.
        var parked = await _scene.ExecAsync(container, """
            readlink /proc/1/exe; for f in /proc/1/fd/* /proc/1/cwd /proc/1/root; do readlink $f; done; cat /proc/1/maps 2>/dev/null | wc -l
            (: >> /proc/1/exe) 2>/dev/null && echo writable; cat /proc/1/environ 2>/dev/null | wc -c
            """, process => process with { Capabilities = null });
        await container.StartAsync(CancellationToken.None).WaitAsync(SpecScene.Limit);
        await RealContainer.UntilAsync(() => File.ReadAllText(_scene.Output).Length > 0);
        await _scene.EndAsync(container);

        Assert.Equal(["0", "0"], parked.Where(line => int.TryParse(line, CultureInfo.InvariantCulture, out _)));
        Assert.DoesNotContain("writable", parked);
        Assert.DoesNotContain(parked, line => line.Contains('/', StringComparison.Ordinal));
        Assert.Equal(before, (new FileInfo(host).Length, File.GetLastWriteTimeUtc(host)));
    }

    public void Dispose() => _scene.Dispose();
}
