using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>linux.namespaces: inherited, new and joined, kind by kind. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class NamespaceTests : IDisposable
{
    private const string Look =
        "cd /proc/self/ns; readlink cgroup; readlink ipc; readlink net; readlink pid; readlink time; readlink user; readlink uts";

    private static readonly string[] Names = ["cgroup", "ipc", "net", "pid", "time", "user", "uts"];

    private readonly SpecScene _scene = new();

    [Fact]
    [Trait("Spec", "linux.namespaces")]
    public async Task Run_WhenOnlyMountIsListed_ThenTheOthersAreTheHosts() =>
        Assert.Equal(Names.Select(Own), await _scene.RunAsync(Look, Plain));

    [Fact]
    [Trait("Spec", "linux.namespaces")]
    public async Task Run_WhenAllAreListed_ThenNoneIsTheHosts()
    {
        LinuxNamespaceKind[] kinds =
        [
            LinuxNamespaceKind.Cgroup, LinuxNamespaceKind.Ipc, LinuxNamespaceKind.Network, LinuxNamespaceKind.Pid,
            LinuxNamespaceKind.Uts,
        ];
        var seen = await _scene.RunAsync(
            Look, spec => kinds.Aggregate(Plain(spec).InUserNamespace(), (one, kind) => one.WithNamespace(kind)));

        Assert.Empty(seen.Intersect(Names.Where(name => name != "time").Select(Own)));
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[].path")]
    public async Task Run_WhenAllThatCanBeAreJoined_ThenTheyAreTheOthersContainers()
    {
        using var donors = new SpecScene();
        LinuxNamespaceKind[] kinds =
        [
            LinuxNamespaceKind.Cgroup, LinuxNamespaceKind.Ipc, LinuxNamespaceKind.Network, LinuxNamespaceKind.Pid,
            LinuxNamespaceKind.Uts,
        ];
        var donor = await donors.StartAsync(
            "sleep 100", spec => kinds.Aggregate(Plain(spec).InUserNamespace(), (one, kind) => one.WithNamespace(kind)));
        var pid = donor.Init.Pid.Value;
        var seen = await _scene.RunAsync(Look, spec => kinds.Append(LinuxNamespaceKind.User).Aggregate(
            Plain(spec), (one, kind) => one.WithNamespace(kind, $"/proc/{pid}/ns/{File(kind)}")));
        var expected = Names.Select(name => new FileInfo($"/proc/{pid}/ns/{name}").LinkTarget!).ToList();
        await donors.EndAsync(donor);

        Assert.Equal(expected, seen);
    }

    [Theory]
    [InlineData(LinuxNamespaceKind.Cgroup)]
    [InlineData(LinuxNamespaceKind.Network)]
    [InlineData(LinuxNamespaceKind.Pid)]
    [InlineData(LinuxNamespaceKind.Uts)]
    [InlineData(LinuxNamespaceKind.User)]
    [InlineData(LinuxNamespaceKind.Time)]
    [Trait("Spec", "linux.namespaces[].path")]
    public async Task Create_WhenThePathIsOfAnotherKind_ThenRefusedAndNothingIsLeft(LinuxNamespaceKind kind)
    {
        var failure = await _scene.RefusedAsync(spec => Plain(spec).WithNamespace(kind, "/proc/self/ns/ipc"));

        Assert.Contains("/proc/self/ns/ipc", failure.Message, StringComparison.Ordinal);
        Assert.Contains("another kind", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _scene.Dispose();

    private static string Own(string name) => new FileInfo($"/proc/self/ns/{name}").LinkTarget!;

    private static string File(LinuxNamespaceKind kind) =>
        kind == LinuxNamespaceKind.Network ? "net" : kind.ToString().ToLowerInvariant();

    private static Spec Plain(Spec spec) => spec.WithLinux(linux => linux with
    {
        Namespaces = [new LinuxNamespace(LinuxNamespaceKind.Mount)],
        Sysctl = new Dictionary<string, string>(),
    }) with { Hostname = "" };
}
