using ShimService.Engine.Tests.Specs;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Conformance;

/// <summary>A /proc with options of its own, with all that is masked and read-only in an ordinary one.</summary>
[Trait("Spec", "mounts[].options")]
[Trait("Spec", "linux.maskedPaths")]
[Trait("Spec", "linux.readonlyPaths")]
public sealed class ProcOptionTests : IDisposable
{
    private readonly SpecScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Run_WhenProcHasOnlyProcesses_ThenItIsFullyMaskedWhereThereIsSomethingToMask()
    {
        var lines = await _scene.RunAsync(
            "ls -d /proc/1 /proc/meminfo /proc/sys /proc/kcore; grep -c ' /proc proc .*subset=pid' /proc/self/mounts; "
            + "cut -d ' ' -f 2 /proc/self/mounts | grep -c '^/proc/'",
            spec => Proc(spec, "subset=pid"));

        Assert.Equal(["/proc/1"], lines.Where(line => line.StartsWith("/proc", StringComparison.Ordinal)));
        Assert.Equal(["1", "0"], lines[^2..]);
    }

    [Theory]
    [InlineData("hidepid=2", "invisible")]
    [InlineData("hidepid=invisible", "invisible")]
    [InlineData("hidepid=noaccess", "noaccess")]
    public async Task Run_WhenProcHidesOthersProcesses_ThenAnotherUserSeesItsOwnOnly(string option, string word)
    {
        var container = await _scene.StartAsync("sleep 100", spec => Proc(spec, option) with
        {
            Process = spec.Process! with { User = new UserSpec { Uid = 0, Gid = 0 } },
        });
        var root = await _scene.ExecAsync(container, "grep ' /proc proc ' /proc/self/mounts");
        var other = await _scene.ExecAsync(
            container, "ls -d /proc/1 2>&1; cat /proc/1/status 2>&1 | grep -c Name; ls -d /proc/$$ | wc -l",
            process => process with { User = new UserSpec { Uid = 1234, Gid = 1234 }, Capabilities = null });
        await _scene.EndAsync(container);

        Assert.Contains($"hidepid={word}", Assert.Single(root), StringComparison.Ordinal);
        Assert.Equal(word == "noaccess", other[0] == "/proc/1");
        Assert.Equal(["0", "1"], other[1..]);
    }

    private static Spec Proc(Spec spec, string option) => spec with
    {
        Mounts = [.. spec.Mounts.Select(mount => mount.Destination == "/proc"
            ? mount with { Options = [.. mount.Options, option] } : mount)],
    };
}
