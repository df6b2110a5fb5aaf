using ShimService.Engine.Systemd;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Systemd;

/// <summary>cgroupsPath for systemd, and limits as properties of units: pure.</summary>
[Trait("Spec", "linux.cgroupsPath")]
public sealed class ScopeNameTests
{
    [Theory]
    [InlineData("system.slice:docker:abc", "system.slice", "docker-abc.scope", "/system.slice/docker-abc.scope")]
    [InlineData(":runc:abc", "system.slice", "runc-abc.scope", "/system.slice/runc-abc.scope")]
    [InlineData("-:a:b", "-.slice", "a-b.scope", "/a-b.scope")]
    [InlineData("a.slice::b", "a.slice", "b.scope", "/a.slice/b.scope")]
    [InlineData("kubepods-burstable-pod1.slice:cri-containerd:c1", "kubepods-burstable-pod1.slice",
        "cri-containerd-c1.scope",
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-c1.scope")]
    public void TryParse_WhenItIsOne_ThenUnitAndCgroup(string text, string slice, string unit, string cgroup)
    {
        var name = ScopeName.TryParse(text, out var problem);

        Assert.Equal("", problem);
        Assert.Equal((slice, unit, cgroup), (name!.Slice, name.Unit, name.CgroupPath));
        Assert.True(ScopeName.IsOne(text));
    }

    [Theory]
    [InlineData("/kubepods/c1", "slice:prefix:name")]
    [InlineData("a:b", "slice:prefix:name")]
    [InlineData("a:b:c:d", "slice:prefix:name")]
    [InlineData("a:b:c", "name of a slice")]
    [InlineData("a/b.slice:b:c", "name of a slice")]
    [InlineData("a--b.slice:b:c", "name of a slice")]
    [InlineData("-a.slice:b:c", "name of a slice")]
    [InlineData(".slice:b:c", "name of a slice")]
    [InlineData("..slice:b:c", "name of a slice")]
    [InlineData("a.slice:b:", "name of a unit")]
    [InlineData("a.slice:b:../c", "name of a unit")]
    [InlineData("a.slice:b:c d", "name of a unit")]
    [InlineData("a.slice:b:c.slice", "is a slice")]
    public void TryParse_WhenItIsNone_ThenTheProblem(string text, string problem)
    {
        Assert.Null(ScopeName.TryParse(text, out var told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50000, 100000, 500000)]
    [InlineData(50000, 0, 500000)]
    [InlineData(100001, 100000, 1010000)]
    [InlineData(1000, 1000000, 10000)]
    [InlineData(-1, 100000, ulong.MaxValue)]
    public void PerSecond_WhenConverted_ThenWholePercentsAndNotLess(long quota, ulong period, ulong expected) =>
        Assert.Equal(expected, ScopeProperties.PerSecond(quota, period));

    [Fact]
    [Trait("Spec", "linux.resources.unified")]
    public void Limits_WhenConverted_ThenTheWordsOfEachVersion()
    {
        LinuxResources resources = new()
        {
            Memory = new LinuxMemory { Limit = 1 << 26, Swap = 1 << 27, Reservation = 1 << 25 },
            Cpu = new LinuxCpu { Shares = 1024, Quota = 20000, Period = 50000, Cpus = "0-1,9", Mems = "0" },
            Pids = new LinuxPids(-1),
            Unified = new Dictionary<string, string>
            {
                ["memory.high"] = "max", ["memory.max"] = "5", ["io.weight"] = "5", ["cpuset.cpus"] = "3",
            },
        };

        LinuxResources without = resources with { Unified = new Dictionary<string, string>() };
        Assert.Equal("MemoryMax=67108864; MemoryLow=33554432; MemorySwapMax=67108864; CPUWeight=100; "
            + "CPUQuotaPeriodUSec=50000; CPUQuotaPerSecUSec=400000; AllowedCPUs=0302; AllowedMemoryNodes=01; "
            + "TasksMax=18446744073709551615",
            string.Join("; ", ScopeProperties.Limits(without, unified: true)));
        Assert.Equal("MemoryLow=33554432; MemorySwapMax=67108864; CPUWeight=100; CPUQuotaPeriodUSec=50000; "
            + "CPUQuotaPerSecUSec=400000; AllowedMemoryNodes=01; TasksMax=18446744073709551615; "
            + "MemoryHigh=18446744073709551615; MemoryMax=5; AllowedCPUs=08",
            string.Join("; ", ScopeProperties.Limits(resources, unified: true)));
        Assert.Equal("MemoryLimit=67108864; CPUShares=1024; CPUQuotaPeriodUSec=50000; CPUQuotaPerSecUSec=400000; "
            + "TasksMax=18446744073709551615",
            string.Join("; ", ScopeProperties.Limits(without, unified: false)));
    }

    [Theory]
    [Trait("Spec", "annotations")]
    [InlineData("TimeoutStopSec", "uint64 123", "TimeoutStopUSec", "t", 123000000UL)]
    [InlineData("CollectMode", "'inactive-or-failed'", "CollectMode", "s", "inactive-or-failed")]
    [InlineData("IPAccounting", "true", "IPAccounting", "b", true)]
    [InlineData("TasksMax", "uint64 5", "TasksMax", "t", 5UL)]
    [InlineData("OOMScoreAdjust", "-5", "OOMScoreAdjust", "i", -5)]
    public void Read_WhenAnAnnotationNamesAProperty_ThenItsTypedValue(
        string key, string text, string name, string signature, object value)
    {
        var property = Assert.Single(AnnotationProperties.Read(
            new Dictionary<string, string> { ["org.systemd.property." + key] = text, ["other"] = "x" }));

        Assert.Equal((name, signature, value), (property.Name, property.Signature, property.Value));
    }

    [Theory]
    [Trait("Spec", "annotations")]
    [InlineData("Ab", "true")]
    [InlineData("A1b", "true")]
    [InlineData("Name", "nonsense")]
    [InlineData("Name", "[1, 2]")]
    [InlineData("Name", "uint32 -1")]
    public void Read_WhenAnAnnotationIsNone_ThenRefusedByItsName(string key, string text) =>
        Assert.Equal($"annotations[org.systemd.property.{key}]", Assert.Throws<SpecException>(() => AnnotationProperties.Read(
            new Dictionary<string, string> { ["org.systemd.property." + key] = text })).Field);

    [Fact]
    public void Read_WhenItIsWhatLibdbusSends_ThenItsFields()
    {
        // As libdbus 1.14 writes its first message.
        var bytes = (byte[])
        [
            .. "l\u0001\0\u0001\0\0\0\0\u0001\0\0\0n\0\0\0"u8,
            .. "\u0001\u0001o\0\u0015\0\0\0/org/freedesktop/DBus\0\0\0"u8,
            .. "\u0006\u0001s\0\u0014\0\0\0org.freedesktop.DBus\0\0\0\0"u8,
            .. "\u0002\u0001s\0\u0014\0\0\0org.freedesktop.DBus\0\0\0\0"u8,
            .. "\u0003\u0001s\0\u0005\0\0\0Hello\0\0\0"u8,
        ];
        var at = 0;
        var message = DBusMessage.Read(buffer =>
        {
            bytes.AsSpan(at, buffer.Length).CopyTo(buffer);
            at += buffer.Length;
        });
        var ours = DBusMessage.Write(
            1, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", "", null);

        Assert.Equal((DBusMessage.Call, 1U, "/org/freedesktop/DBus", "Hello", ""),
            (message.Kind, message.Serial, message.Path, message.Member, message.Signature));
        Assert.Equal(bytes.Length, at);
        Assert.Equal(bytes.Length, ours.Length);
        Assert.Equal(bytes.Take(16).Except([(byte)'n']), ours.Take(16).Except([ours[12]]));
    }

    [Theory]
    [InlineData("B\u0002\0\u0001\0\0\0\0\u0001\0\0\0\0\0\0\0")]
    [InlineData("l\u0002\0\u0001\0\0\0\u0001\u0001\0\0\0\0\0\0\0")]
    [InlineData("l\u0002\0\u0001\0\0\0\0\u0001\0\0\0\u0008\0\0\0\u0001\u0001o\0\u0015\0\0\0")]
    [InlineData("l\u0002\0\u0001\0\0\0\0\u0001\0\0\0\u0008\0\0\0\u0001\u0001v\0\u0001\0\0\0")]
    public void Read_WhenItIsNonsense_ThenInvalid(string text)
    {
        var bytes = System.Text.Encoding.Latin1.GetBytes(text);
        var at = 0;
        Assert.Throws<InvalidDataException>(() => DBusMessage.Read(buffer =>
        {
            bytes.AsSpan(at, buffer.Length).CopyTo(buffer);
            at += buffer.Length;
        }));
    }
}
