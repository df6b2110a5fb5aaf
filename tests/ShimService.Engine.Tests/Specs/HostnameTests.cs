using ShimService.Engine.Tests.Support;

namespace ShimService.Engine.Tests.Specs;

/// <summary>The names a container has in its own UTS namespace. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class HostnameTests : IDisposable
{
    private const string Look = "hostname; cat /proc/sys/kernel/domainname; readlink /proc/self/ns/uts";

    private readonly SpecScene _scene = new();

    [Fact]
    [Trait("Spec", "hostname"), Trait("Spec", "domainname")]
    public async Task Run_WhenNamesAreGiven_ThenInitAndExecHaveThemAndTheHostKeepsItsOwn()
    {
        var before = Names();
        var container = await _scene.StartAsync(
            "sleep 100", spec => spec with { Hostname = "inside.example", Domainname = "example.org" });
        var seen = await _scene.ExecAsync(container, Look);
        await _scene.EndAsync(container);

        Assert.Equal(["inside.example", "example.org"], seen[..2]);
        Assert.Equal(before, Names());
    }

    [Fact]
    [Trait("Spec", "hostname")]
    public async Task Run_WhenNoNameIsGiven_ThenItIsTheHostsInANamespaceOfItsOwn()
    {
        var seen = await _scene.RunAsync(Look, spec => spec with { Hostname = "" });

        Assert.Equal(Names(), seen[..2]);
        Assert.NotEqual(new FileInfo("/proc/self/ns/uts").LinkTarget, seen[2]);
    }

    [Fact]
    [Trait("Spec", "domainname"), Trait("Spec", "linux.sysctl")]
    public async Task Run_WhenTheDomainIsASysctl_ThenItIsTheDomain()
    {
        var seen = await _scene.RunAsync(Look, spec => spec.WithLinux(linux => linux with
        {
            Sysctl = new Dictionary<string, string> { ["kernel.domainname"] = "by.sysctl" },
        }));

        Assert.Equal("by.sysctl", seen[1]);
    }

    [Fact]
    [Trait("Spec", "domainname"), Trait("Spec", "linux.sysctl")]
    public async Task Create_WhenTheSysctlSaysAnotherDomain_ThenRefused()
    {
        var failure = await _scene.RefusedAsync(spec => spec.WithLinux(linux => linux with
        {
            Sysctl = new Dictionary<string, string> { ["kernel.domainname"] = "one" },
        }) with { Domainname = "two" });

        Assert.Equal("linux.sysctl[kernel.domainname]", failure.Field);
        Assert.Contains("domainname", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _scene.Dispose();

    private static string[] Names() =>
    [
        File.ReadAllText("/proc/sys/kernel/hostname").TrimEnd(),
        File.ReadAllText("/proc/sys/kernel/domainname").TrimEnd(),
    ];
}
