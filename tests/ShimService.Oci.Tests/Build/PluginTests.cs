using System.Runtime.CompilerServices;
using System.Text;
using ShimService.Oci.Build.Plugins;
using ShimService.Oci.Model;
using ShimService.Oci.Write;

namespace ShimService.Oci.Tests.Build;

/// <summary>The spec of a managed plugin. UPDATE_GOLDENS=1 rewrites Plugins/NAME.json.</summary>
public sealed class PluginTests
{
    private static readonly PluginConfig Plain = new()
    {
        Id = "p1",
        Rootfs = "/plugins/p1/rootfs",
        ExecRoot = "/run/plugins",
        Entrypoint = ["/plugin"],
    };

    public static TheoryData<string, PluginConfig> Samples => new()
    {
        { "plain", Plain },
        {
            "everything", Plain with
            {
                WorkDir = "/work",
                Network = "host",
                PidHost = true,
                IpcHost = true,
                PropagatedMount = "/mnt",
                Mounts =
                    [new() { Type = "bind", Source = "/srv", Destination = "/data", Options = ["rbind", "rslave"] }],
                Devices = [new("/dev/fuse")],
                AllowAllDevices = true,
                Capabilities = ["SYS_ADMIN"],
                Args = ["-v"],
                Env = ["A=1"],
            }
        },
        { "bridge", Plain with { Network = "bridge" } },
        { "own-dev", Plain with { Mounts = [new() { Source = "/dev", Destination = "/dev" }] } },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void Build_WhenConfigured_ThenTheSpecIsTheGoldens(string name, PluginConfig config)
    {
        var spec = Build(config);
        var text =
            Encoding.UTF8.GetString(SpecWriter.Write(spec with { Linux = spec.Linux with { Seccomp = null } })) + "\n";
        var path = Path.Combine(Folder(), $"{name}.json");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDENS") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.Exists(path) ? File.ReadAllText(path).Split('\n') : [], text.Split('\n'));
    }

    [Fact]
    public void Build_WhenAMountIsPropagated_ThenTheRootIsShared()
    {
        var spec = Build(Plain with { PropagatedMount = "/mnt" });

        var mount = spec.Mounts.Single(mount => mount.Destination == "/mnt");
        Assert.Equal("/plugins/p1/propagated-mount", mount.Source);
        Assert.Contains("rshared", mount.Options);
        Assert.Equal(RootfsPropagation.Shared, spec.Linux.RootfsPropagation);
    }

    [Fact]
    public void Build_WhenCapabilitiesAreAsked_ThenInheritableToo() =>
        Assert.Equal(
            ["CAP_SYS_ADMIN"], Build(Plain with { Capabilities = ["sys_admin"] }).Process!.Capabilities!.Inheritable);

    public static TheoryData<string, PluginConfig> Refused => new()
    {
        { "plugin.rootfs", Plain with { Rootfs = "rootfs" } },
        { "plugin.exec_root", Plain with { ExecRoot = "" } },
        { "plugin.entrypoint", Plain with { Entrypoint = [] } },
        { "plugin.mounts[0].source", Plain with { Mounts = [new() { Destination = "/data" }] } },
        { "plugin.capabilities[0]", Plain with { Capabilities = ["NO_SUCH"] } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Build_WhenTheManifestIsWrong_ThenTheFieldIsNamed(string field, PluginConfig config) =>
        Assert.Equal(field, Assert.Throws<SpecException>(() => Build(config)).Field);

    private static Spec Build(PluginConfig config) => PluginSpecBuilder.Build(config, new FakeHost());

    private static string Folder([CallerFilePath] string here = "") =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(here)!, "Plugins")).FullName;
}
