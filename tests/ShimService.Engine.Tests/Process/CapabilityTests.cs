using System.Text.Json.Nodes;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Process;

/// <summary>process.capabilities, from /proc/self/status of the program. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "process.capabilities")]
public sealed class CapabilityTests
{
    private const string Kill = "CAP_KILL", Chown = "CAP_CHOWN", None = "0000000000000000";
    private const string KillBit = "0000000000000020", ChownBit = "0000000000000001", Both = "0000000000000021";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Run_WhenTheObjectIsMissing_ThenThereAreNone() =>
        Assert.Equal(new Seen(None, None, None, None, None), await RunAsync(null));

    [Fact]
    public async Task Run_WhenOnlyBoundingIsMissing_ThenItIsEmptyAndNothingCanBeGained() =>
        Assert.Equal(new Seen(None, None, None, None, None), await RunAsync(new LinuxCapabilities { Bounding = [] }));

    [Fact]
    public async Task Run_WhenBoundingIsMissing_ThenNothingIsInherited() =>
        Assert.Equal(
            new Seen(None, None, None, None, None),
            await RunAsync(new LinuxCapabilities { Permitted = [Kill], Effective = [Kill], Inheritable = [Kill] }));

    [Fact]
    public async Task Run_WhenEachSetIsAnother_ThenEachIsAsGiven() =>
        Assert.Equal(
            // Of what is permitted, a program that is not root's keeps the ambient ones.
            new Seen(KillBit, KillBit, KillBit, Both, KillBit),
            await RunAsync(new LinuxCapabilities
            {
                Bounding = [Kill, Chown], Permitted = [Kill, Chown], Effective = [Kill],
                Inheritable = [Kill], Ambient = [Kill],
            }, 1000));

    // Unknown and ungrantable ones are left out: config.md#linux-process asks for a warning, not an error.
    [Fact]
    public async Task Run_WhenANameIsUnknown_ThenTheOthersAreThere() =>
        Assert.Equal(
            new Seen(None, ChownBit, ChownBit, ChownBit, None),
            await RunAsync(new LinuxCapabilities
            {
                Bounding = [Chown, "CAP_TEST"], Permitted = [Chown, "CAP_TEST"], Effective = [Chown, "CAP_TEST"],
            }));

    [Fact]
    [Trait("Spec", "process.noNewPrivileges")]
    public async Task Exec_WhenItHasItsOwn_ThenTheInitsDoNotCount()
    {
        var change = With(new LinuxCapabilities { Bounding = [Chown], Permitted = [Chown], Effective = [Chown] }, 0);
        using var container = new RealContainer(change, "sleep", "100");
        await container.StartAsync();
        try
        {
            var none = await ExecAsync(container, null);
            var some = await ExecAsync(container, new JsonObject
            {
                ["bounding"] = new JsonArray(Kill), ["permitted"] = new JsonArray(Kill),
                ["effective"] = new JsonArray(Kill),
            });
            var unbound = await ExecAsync(container, new JsonObject { ["bounding"] = null });
            var (_, privileges) = await container.ExecAsync(
                process => process["noNewPrivileges"] = true, "grep", "NoNewPrivs", "/proc/self/status");
            var (_, without) = await container.ExecAsync(_ => { }, "grep", "NoNewPrivs", "/proc/self/status");

            Assert.Equal(new Seen(None, None, None, None, None), none);
            Assert.Equal(new Seen(None, KillBit, KillBit, KillBit, None), some);
            Assert.Equal(new Seen(None, None, None, None, None), unbound);
            Assert.Equal(("NoNewPrivs:\t1\n", "NoNewPrivs:\t0\n"), (privileges, without));
        }
        finally
        {
            await container.EndAsync();
        }
    }

    private static async Task<Seen> RunAsync(LinuxCapabilities? capabilities, uint uid = 0)
    {
        using var container = new RealContainer(With(capabilities, uid), "grep", "Cap", "/proc/self/status");
        return Read((await container.RunAsync().WaitAsync(Limit)).Output);
    }

    private static async Task<Seen> ExecAsync(RealContainer container, JsonObject? capabilities) => Read(
        (await container.ExecAsync(process => process["capabilities"] = capabilities, "grep", "Cap", "/proc/self/status")).Output);

    private static Func<Spec, Spec> With(LinuxCapabilities? capabilities, uint uid) => spec => spec with
    {
        Process = spec.Process! with { Capabilities = capabilities, User = new UserSpec { Uid = uid, Gid = uid } },
    };

    private static Seen Read(string status)
    {
        var sets = status.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(line => line[..6], line => line[8..]);
        return new Seen(sets["CapInh"], sets["CapPrm"], sets["CapEff"], sets["CapBnd"], sets["CapAmb"]);
    }

    private sealed record Seen(string Inheritable, string Permitted, string Effective, string Bounding, string Ambient);
}
