using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Contracts.V1;
using Command = System.CommandLine.Command;

namespace ShimService.Cli.Tests;

public class ContainerRequestsTests
{
    [Fact]
    public void From_WhenRootfsIsGiven_ThenTheConfigHoldsWhatWasTyped()
    {
        CreateRequest request = Parse(
            "--rootfs /r --runtime native --id c1 -t -i -e A=1 -w /w -u 1:2 -m 64m --cpus 1.5 --pids-limit 10 --hostname h "
            + "-v /d:/m:ro --read-only --cap-add NET_ADMIN --cap-drop ALL --group own -- sh -c x");

        ContainerConfig config = request.Config;
        Assert.Equal("native", request.Engine);
        Assert.Equal(("c1", "own", ""), (request.Id, request.Group, request.Bundle));
        Assert.Equal(("/r", true), (config.Rootfs.Path, config.Rootfs.Readonly));
        Assert.Equal(["sh", "-c", "x"], config.Args);
        Assert.Equal((true, true, "/w", "1:2", "h"), (
            config.Terminal, config.OpenStdin, config.Cwd, config.User, config.Hostname));
        Assert.Equal((67108864, 1.5, 10), (
            config.Resources.Memory.LimitBytes, config.Resources.Cpu.Cpus, config.Resources.Pids.Limit));
        Assert.Equal(["A=1"], config.Env);
        Assert.Equal(["/d:/m:ro"], config.Volumes);
        Assert.Equal(["NET_ADMIN"], config.Security.CapabilitiesAdd);
        Assert.Equal(["ALL"], config.Security.CapabilitiesDrop);
    }

    [Fact]
    public void From_WhenDockersOptionsAreGiven_ThenTheirFields()
    {
        ContainerConfig config = Parse(
            "--layer /l1 --layer /l2 --entrypoint /e --privileged --ulimit nofile=10:20 --sysctl a.b=1 --annotation k=v "
            + "--oom-score-adj 5 --shm-size 1m --domainname d --uts host --cgroupns host --userns private "
            + "--uidmap 0:9:1 --cgroup-parent /p --group-add wheel --tmpfs /t:size=1m --memory-reservation 8m "
            + "--memory-swappiness 3 --oom-kill-disable --cpu-period 1000 --cpu-quota 2000 --cpuset-mems 0 "
            + "--blkio-weight 20 --blkio-weight-device /dev/sda:30 --device-read-bps /dev/sda:1m "
            + "--add-host a:1.2.3.4 --dns 9.9.9.9 --dns-search s --dns-opt o --init --stop-signal INT --stop-timeout 3 "
            + "--security-opt no-new-privileges --security-opt seccomp=unconfined -- true").Config;

        Assert.Equal((true, Signal.Sigint, 3), (config.Init, config.StopSignal, config.StopTimeoutSeconds));
        Assert.Equal(["a:1.2.3.4", "9.9.9.9", "s", "o"],
            [.. config.ExtraHosts, .. config.Dns, .. config.DnsSearch, .. config.DnsOptions]);

        Assert.Equal(["/l1", "/l2"], config.Rootfs.Layers);
        Assert.Equal(["/e"], config.Entrypoint);
        Assert.True(config.Security.Privileged);
        Assert.Equal(["no-new-privileges", "seccomp=unconfined"], config.Security.Options);
        Assert.Equal(new Rlimit { Type = "nofile", Soft = 10, Hard = 20 }, Assert.Single(config.Rlimits));
        Assert.Equal(("1", "v", "size=1m"), (config.Sysctls["a.b"], config.Annotations["k"], config.Tmpfs["/t"]));
        Assert.Equal((5, 1 << 20, "d", "/p"), (
            config.OomScoreAdj, config.ShmSizeBytes, config.Domainname, config.CgroupParent));
        Assert.Equal(("host", "host", "private"), (
            config.Namespaces.Uts, config.Namespaces.Cgroup, config.Namespaces.User));
        Assert.Equal(9u, Assert.Single(config.Namespaces.UidMappings).HostId);
        Assert.Equal(["wheel"], config.GroupAdd);
        Assert.Equal((8 << 20, 3UL, true), (config.Resources.Memory.ReservationBytes,
            config.Resources.Memory.Swappiness, config.Resources.Memory.DisableOomKiller));
        Assert.Equal((1000UL, 2000, "0"), (config.Resources.Cpu.PeriodMicroseconds,
            config.Resources.Cpu.QuotaMicroseconds, config.Resources.Cpu.CpusetMems));
        Assert.Equal((20u, 30u, 1UL << 20), (config.Resources.BlockIo.Weight,
            config.Resources.BlockIo.WeightDevices[0].Weight,
            config.Resources.BlockIo.ThrottleReadBytesPerSecond[0].Rate));
    }

    [Fact]
    public void From_WhenNothingIsLimited_ThenNoLimitIsSent()
    {
        Resources resources = Parse("--rootfs /r -- true").Config.Resources;

        Assert.Equal((null, null, null), (resources.Memory, resources.Cpu, resources.Pids));
    }

    [Fact]
    public void From_WhenBundleIsGiven_ThenTheOneWordIsTheId()
    {
        CreateRequest request = Parse("--bundle /b -- c7");

        Assert.Equal(("c7", "/b"), (request.Id, request.Bundle));
        Assert.Null(request.Config);
    }

    [Fact]
    public void From_WhenNoIdIsGiven_ThenOneIsMadeUp() =>
        Assert.Matches("^c[0-9a-f]{12}$", Parse("--rootfs /r -- true").Id);

    [Theory]
    [InlineData("-- true")]
    [InlineData("--rootfs /r --bundle /b -- true")]
    [InlineData("--bundle /b -- c7 true")]
    [InlineData("--rootfs /r --ulimit nofile -- true")]
    [InlineData("--rootfs /r --blkio-weight-device /dev/sda -- true")]
    [InlineData("--rootfs /r --uidmap 0:1 -- true")]
    public void From_WhenTheOptionsContradict_ThenTheyAreRefused(string words) =>
        Assert.Throws<CliException>(() => Parse(words));

    [Theory]
    [InlineData("-m 64m", "--memory")]
    [InlineData("--cap-drop ALL", "--cap-drop")]
    [InlineData("--read-only", "--read-only")]
    public void From_WhenABundleWouldIgnoreAnOption_ThenItIsRefused(string words, string option) => Assert.StartsWith(
        option, Assert.Throws<CliException>(
            () => Parse($"--bundle /b {words} -- c7")).Message, StringComparison.Ordinal);

    private static CreateRequest Parse(string words)
    {
        var options = new ContainerOptions();
        var command = new Command("run");
        foreach (Symbol symbol in options.Symbols)
        {
            if (symbol is Option option)
            {
                command.Options.Add(option);
            }
            else
            {
                command.Arguments.Add((Argument)symbol);
            }
        }

        ParseResult parsed = command.Parse(words.Split(' '));
        Assert.Empty(parsed.Errors);
        return ContainerRequests.From(options, parsed);
    }
}
