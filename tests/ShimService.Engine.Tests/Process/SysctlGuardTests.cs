using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Process;

/// <summary>linux.sysctl: a namespace of the host that comes in by its path is still the host's.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.sysctl")]
public sealed class SysctlGuardTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("net.ipv4.ip_forward", "/proc/sys/net/ipv4/ip_forward", LinuxNamespaceKind.Network, "net")]
    [InlineData("kernel.msgmax", "/proc/sys/kernel/msgmax", LinuxNamespaceKind.Ipc, "ipc")]
    [InlineData("fs/mqueue/msg_max", "/proc/sys/fs/mqueue/msg_max", LinuxNamespaceKind.Ipc, "ipc")]
    public async Task Create_WhenTheNamespaceJoinedIsTheHosts_ThenRefusedAndTheHostIsAsBefore(
        string name, string file, LinuxNamespaceKind kind, string own)
    {
        var before = File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
        using var container = new RealContainer(
            spec => spec with
            {
                Linux = spec.Linux with
                {
                    Namespaces =
                    [
                        .. spec.Linux.Namespaces.Where(entry => entry.Kind != kind),
                        new LinuxNamespace(kind, $"/proc/{Environment.ProcessId}/ns/{own}"),
                    ],
                    Sysctl = new Dictionary<string, string> { [name] = "1" },
                },
            },
            "true");
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal((ErrorKind.InvalidArgument, $"linux.sysctl[{name}]"), (refused.Kind, refused.Field));
        Assert.Contains("the shim's own", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.Exists(file) ? await File.ReadAllTextAsync(file) : "");
        Assert.Empty(Host.Cgroups(container.Id));
    }
}
