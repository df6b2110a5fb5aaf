using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Process;

/// <summary>process.capabilities, as /proc/self/status of the process tells them. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "process.capabilities")]
public sealed class CapabilitySetTests : IDisposable
{
    private const string Show = "grep -E '^(CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs)' /proc/self/status | cut -f2";
    private const string None = "0000000000000000";
    private const string Administer = "0000000000200000";
    private const string Kill = "0000000000000020";
    private static readonly string[] Administers = ["CAP_SYS_ADMIN"];
    private static readonly string[] Kills = ["CAP_KILL"];
    private readonly SpecScene _scene = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Spec", "process.noNewPrivileges")]
    public async Task Run_WhenThereAreNone_ThenEverySetIsEmpty(bool noNewPrivileges)
    {
        var lines = await _scene.RunAsync(Show, spec => spec.WithProcess(
            process => process with { Capabilities = null, NoNewPrivileges = noNewPrivileges }));

        Assert.Equal([None, None, None, None, None, noNewPrivileges ? "1" : "0"], lines);
    }

    [Fact]
    public async Task Run_WhenSomeAreUnknown_ThenTheOthersAreGranted()
    {
        var lines = await _scene.RunAsync(Show, spec => spec.WithProcess(process => process with
        {
            Capabilities = new LinuxCapabilities
            {
                Bounding = ["CAP_UNKNOWN", "CAP_KILL", "UNKNOWN_CAP"], Permitted = Kills, Effective = Kills,
            },
        }));

        Assert.Equal([None, Kill, Kill, Kill, None], lines[..5]);
    }

    [Fact]
    public async Task Run_WhenMoreIsPermittedThanTheBoundingSetHas_ThenAProgramOfRootGetsTheBoundingSet()
    {
        var lines = await _scene.RunAsync(Show, spec => spec.WithProcess(process => process with
        {
            Capabilities = new LinuxCapabilities
            {
                Bounding = Administers,
                Permitted = ["CAP_SYS_ADMIN", "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
                Effective = ["CAP_AUDIT_WRITE", "CAP_KILL"],
            },
        }));

        Assert.Equal([None, Administer, Administer, Administer, None], lines[..5]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Spec", "process.capabilities.ambient")]
    public async Task Run_WhenAmbientOnesAreAskedForByAUser_ThenItHasThoseThatAreInheritable(bool inheritable)
    {
        var lines = await _scene.RunAsync(Show, spec => spec.WithProcess(process => process with
        {
            User = new UserSpec { Uid = 1000, Gid = 1000 },
            Capabilities = new LinuxCapabilities
            {
                Bounding = Kills, Permitted = Kills, Effective = Kills, Ambient = Kills,
                Inheritable = inheritable ? Kills : [],
            },
        }));

        Assert.Equal(inheritable ? [Kill, Kill, Kill, Kill, Kill] : [None, None, None, Kill, None], lines[..5]);
    }

    [Fact]
    [Trait("CVE", "CVE-2022-24769")]
    [Trait("CVE", "CVE-2022-29162")]
    [Trait("CVE", "CVE-2022-27650")]
    public async Task Exec_WhenItHasCapabilitiesOfItsOwn_ThenTheseAndNoneIsInheritable()
    {
        var container = await _scene.StartAsync("sleep 100", spec => spec.WithProcess(
            process => process with { Capabilities = new LinuxCapabilities { Bounding = Kills } }));
        var own = await _scene.ExecAsync(container, Show, process => process with
        {
            Capabilities = new LinuxCapabilities
            {
                Bounding = ["CAP_KILL", "CAP_SYS_ADMIN"], Permitted = Administers, Effective = Administers,
            },
        });
        var user = await _scene.ExecAsync(container, Show, process => process with
        {
            User = new UserSpec { Uid = 7, Gid = 7 },
            Capabilities = new LinuxCapabilities
            {
                Bounding = Kills, Permitted = Kills, Effective = Kills, Inheritable = Kills, Ambient = Kills,
            },
        });
        var init = await _scene.ExecAsync(container, "grep CapInh /proc/1/status | cut -f2");
        await _scene.EndAsync(container);

        Assert.Equal([None, "0000000000200020", "0000000000200020", "0000000000200020", None], own[..5]);
        Assert.Equal([Kill, Kill, Kill, Kill, Kill], user[..5]);
        Assert.Equal([None], init);
    }

    public void Dispose() => _scene.Dispose();
}
