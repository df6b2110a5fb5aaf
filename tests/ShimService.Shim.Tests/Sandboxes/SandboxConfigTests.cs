using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Shim.Sandboxes;
using ShimService.Tasks.Errors;

namespace ShimService.Shim.Tests.Sandboxes;

public sealed class SandboxConfigTests
{
    // NamespaceOption { network, pid, ipc }
    private static readonly byte[] PodPid = [8, 2];
    private static readonly byte[] OwnPid = [16, 1];
    private static readonly byte[] HostIpcAndNetwork = [8, 2, 16, 1, 24, 2];

    [Fact]
    public void Read_WhenThereIsNone_ThenDefaults()
    {
        var config = SandboxConfig.Read(null);

        Assert.Equal(("", false, 0), (config.Hostname, config.IsHostIpc, config.Sysctls.Count));
    }

    [Fact]
    public void Read_WhenAPodSaysAll_ThenNameModesAndSettings()
    {
        var config = SandboxConfig.Read(Config(
            [.. Field(2, "web"u8), .. Field(1, "ignored"u8)], OwnPid, (
                "kernel.shmmax", "1"), ("net.ipv4.ip_forward", "0")));

        Assert.Equal(("web", false, false), (config.Hostname, config.IsHostIpc, config.IsHostNetwork));
        Assert.Equal(
            [new("kernel.shmmax", "1"), new KeyValuePair<string, string>("net.ipv4.ip_forward", "0")], config.Sysctls);
    }

    [Fact]
    public void Read_WhenTheHostsAreWanted_ThenTheyAre()
    {
        var config = SandboxConfig.Read(Config([], HostIpcAndNetwork));

        Assert.True(config is { IsHostIpc: true, IsHostNetwork: true });
    }

    [Fact]
    public void Read_WhenAPidNamespaceIsToBeShared_ThenRefusedByName()
    {
        var failure = Assert.Throws<TaskException>(() => SandboxConfig.Read(Config([], PodPid)));

        Assert.Equal(ErrorKind.Unimplemented, failure.Kind);
        Assert.Contains("pid namespace", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenAUserNamespaceIsWanted_ThenRefusedByName()
    {
        // userns_options { uids { host_id = 1 } }
        var failure = Assert.Throws<TaskException>(
            () => SandboxConfig.Read(Config([], [.. OwnPid, .. Field(5, [.. Field(2, [8, 1])])])));

        Assert.Contains("user namespace", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kernel.panic", false)]
    [InlineData("vm.swappiness", false)]
    [InlineData("kernel.sem", true)]
    [InlineData("net.core.somaxconn", true)]
    [InlineData("net..core", false)]
    [InlineData("net/../kernel.panic", false)]
    public void Read_WhenASettingIsTheHosts_ThenRefused(string name, bool onlyWithHostNamespaces)
    {
        Assert.Throws<TaskException>(() => SandboxConfig.Read(Config([], HostIpcAndNetwork, (name, "1"))));
        var failure = Record.Exception(() => SandboxConfig.Read(Config([], OwnPid, (name, "1"))));

        Assert.Equal(onlyWithHostNamespaces, failure is null);
    }

    [Theory]
    [InlineData("what.Config", "", "unknown")]
    [InlineData("runtime.v1.PodSandboxConfig", "\u0012\u007f", "do not parse")]
    public void Read_WhenItIsNone_ThenInvalidArgument(string type, string value, string message)
    {
        var failure = Assert.Throws<TaskException>(() => SandboxConfig.Read(
            new Any { TypeUrl = type, Value = ByteString.CopyFromUtf8(value) }));

        Assert.Equal((ErrorKind.InvalidArgument, "options"), (failure.Kind, failure.Field));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>PodSandboxConfig { …, linux { security_context { namespace_options }, sysctls } }.</summary>
    internal static Any Config(byte[] head, byte[] namespaces, params (string Name, string Value)[] sysctls)
    {
        byte[] linux = [.. Field(2, [.. Field(1, namespaces)])];
        foreach (var (name, value) in sysctls)
        {
            byte[] entry =
            [
                .. Field(1, System.Text.Encoding.UTF8.GetBytes(name)), .. Field(
                    2, System.Text.Encoding.UTF8.GetBytes(value)),
            ];
            linux = [.. linux, .. Field(3, entry)];
        }

        return new Any
        {
            TypeUrl = "runtime.v1.PodSandboxConfig", Value = ByteString.CopyFrom([.. head, .. Field(8, linux)]),
        };
    }

    internal static byte[] Field(int number, ReadOnlySpan<byte> value) =>
        [(byte)((number << 3) | 2), (byte)value.Length, .. value];
}
