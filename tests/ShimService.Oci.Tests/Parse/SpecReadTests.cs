using System.Text;
using ShimService.Oci.Model;
using ShimService.Oci.Tests.Specs;
using ShimService.Oci.Write;

namespace ShimService.Oci.Tests.Parse;

public sealed class SpecReadTests
{
    [Fact]
    public void Parse_WhenSpecIsFull_ThenEveryPropertyArrives()
    {
        var spec = Sample.Parse(Sample.Full);

        Assert.Equal("1.0.2-dev", spec.OciVersion);
        Assert.Equal(new RootSpec("rootfs", true), spec.Root);
        Assert.Equal("box", spec.Hostname);
        Assert.Equal("lan", spec.Domainname);
        Assert.Equal(8, spec.Mounts.Count);
        Assert.Equal(["nosuid", "strictatime", "mode=755", "size=65536k"], spec.Mounts[1].Options);
        Assert.Equal("value", spec.Annotations["org.example.key"]);

        var hook = spec.Hooks.CreateRuntime[0];
        Assert.Equal(("/bin/a", "a b", "A=1", 5), (hook.Path, string.Join(' ', hook.Args), hook.Env![0], hook.Timeout));
        Assert.Equal(("/bin/b", 0, null), (spec.Hooks.CreateRuntime[1].Path, spec.Hooks.CreateRuntime[1].Args.Count,
            spec.Hooks.CreateRuntime[1].Env));
        Assert.Empty(Assert.Single(spec.Hooks.StartContainer).Env!);
        Assert.Empty(spec.Hooks.Prestart);

        var process = spec.Process!;
        Assert.True(process.Terminal);
        Assert.Equal(new ConsoleSize(80, 25), process.ConsoleSize);
        Assert.Equal(["sh", "-c", "true"], process.Args);
        Assert.Equal(["PATH=/usr/bin", "TERM=xterm"], process.Env);
        Assert.Equal((1000u, 1001u, 63u), (process.User.Uid, process.User.Gid, process.User.Umask!.Value));
        Assert.Equal([5u, 6u], process.User.AdditionalGids);
        Assert.Equal(["CAP_KILL"], process.Capabilities!.Ambient);
        Assert.Equal(new PosixRlimit(RlimitKind.OpenFiles, 1024, ulong.MaxValue), Assert.Single(process.Rlimits));
        Assert.Equal(100, process.OomScoreAdj);
        Assert.Equal(new IoPriority(IoPriorityClass.BestEffort, 3), process.IoPriority);
        Assert.Equal(PersonalityDomain.Linux32, spec.Linux.Personality);
        Assert.True(process.NoNewPrivileges);

        var linux = spec.Linux;
        Assert.Equal("/proc/1/ns/net", linux.Namespace(LinuxNamespaceKind.Network)!.Path);
        Assert.True(linux.Namespace(LinuxNamespaceKind.User)!.IsNew);
        Assert.Null(linux.Namespace(LinuxNamespaceKind.Cgroup));
        Assert.Equal(new LinuxIdMapping(0, 100000, 65536), Assert.Single(linux.UidMappings));
        Assert.Equal((DeviceKind.Character, "/dev/fuse", 10u, 229u, 438u), linux.Devices[0] is var device
            ? (device.Kind, device.Path, device.Major, device.Minor, device.FileMode!.Value) : default);
        Assert.Equal("/group/one", linux.CgroupsPath);
        Assert.Equal("0", linux.Sysctl["net.ipv4.ip_forward"]);
        Assert.Equal(RootfsPropagation.RecursiveSlave, linux.RootfsPropagation);
        Assert.Equal(["/proc/kcore"], linux.MaskedPaths);
        Assert.Equal(["/proc/sys"], linux.ReadonlyPaths);

        var resources = linux.Resources!;
        Assert.Equal(new LinuxDeviceRule(true, DeviceKind.Character, 1, null, "rw"), resources.Devices[1]);
        Assert.Equal((1073741824L, 2147483648L, 536870912L, 60UL),
            (resources.Memory!.Limit!.Value, resources.Memory.Swap!.Value, resources.Memory.Reservation!.Value,
                resources.Memory.Swappiness!.Value));
        Assert.Equal((512UL, -1L, 100000UL, "0-1,3", "0"), (resources.Cpu!.Shares!.Value, resources.Cpu.Quota!.Value,
            resources.Cpu.Period!.Value, resources.Cpu.Cpus, resources.Cpu.Mems));
        Assert.Equal(
            [new LinuxHugepageLimit("2MB", 4 << 20), new LinuxHugepageLimit("1GB", 0)], resources.HugepageLimits);
        Assert.Equal(64, resources.Pids!.Limit);
        Assert.Equal(new LinuxThrottleDevice(8, 0, 1000), Assert.Single(resources.BlockIo!.ThrottleWriteIops));

        var seccomp = linux.Seccomp!;
        Assert.Equal((SeccompAction.Errno, 38u), (seccomp.DefaultAction, seccomp.DefaultErrnoRet!.Value));
        Assert.Equal([SeccompFlag.SpecAllow], seccomp.Flags);
        Assert.Equal(new LinuxSeccompArg(1, 2080505856, 0, SeccompOperator.MaskedEqual), seccomp.Syscalls[1].Args[0]);
    }

    [Fact]
    public void Write_WhenSpecWasRead_ThenReadingItAgainGivesTheSame()
    {
        var once = SpecWriter.Write(Sample.Parse(Sample.Full));
        var twice = SpecWriter.Write(Spec.Parse(once));

        Assert.Equal(Encoding.UTF8.GetString(once), Encoding.UTF8.GetString(twice));
        Assert.Contains("\"throttleWriteIOPSDevice\"", Encoding.UTF8.GetString(once), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_WhenFieldsAreNull_ThenTheyAreAbsent()
    {
        var spec = Sample.Parse(Sample.Minimal("\"hostname\":null,\"mounts\":null,\"annotations\":null",
            "\"seccomp\":null,\"resources\":{\"memory\":null,\"cpu\":{\"shares\":null}}"));

        Assert.Empty(spec.Mounts);
        Assert.Null(spec.Linux.Seccomp);
        Assert.Null(spec.Linux.Resources!.Memory);
        Assert.Null(spec.Linux.Resources.Cpu!.Shares);
    }

    [Fact]
    public void Parse_WhenPropertyIsUnknown_ThenItIsIgnored()
    {
        var spec = Sample.Parse(Sample.Minimal("\"invented\":{\"deep\":[1,{\"x\":null}]}", "\"alsoInvented\":[[]]"));

        Assert.Equal("rootfs", spec.Root!.Path);
    }

    [Fact]
    public void Parse_WhenPropertyNameIsEscaped_ThenItIsTheSameProperty() =>
        Assert.Equal("h", Sample.Parse(Sample.Minimal("\"\\u0068ostname\":\"h\"")).Hostname);

    [Fact]
    public void ParseProcess_WhenItStandsAlone_ThenErrorsStartWithProcess()
    {
        var process = ProcessSpec.Parse("{\"args\":[\"a\"],\"cwd\":\"/\"}"u8);
        var error = Assert.Throws<SpecException>(() => ProcessSpec.Parse("{\"args\":[\"a\",1],\"cwd\":\"/\"}"u8));

        Assert.Equal(["a"], process.Args);
        Assert.Equal("process.args[1]", error.Field);
    }

    [Fact]
    public void ParseResources_WhenItStandsAlone_ThenErrorsStartWithResources()
    {
        var resources = LinuxResources.Parse("{\"pids\":{\"limit\":5}}"u8);
        var error = Assert.Throws<SpecException>(() => LinuxResources.Parse("{\"unified\":{\"a\":\"1\"}}"u8));

        Assert.Equal(5, resources.Pids!.Limit);
        Assert.Equal("resources.unified[a]", error.Field);
    }
}
