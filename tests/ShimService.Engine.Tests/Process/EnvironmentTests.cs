using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Process;

/// <summary>process.env, as a program gets it that adds nothing of its own. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "process.env")]
public sealed class EnvironmentTests : IDisposable
{
    private const string Path = "PATH=/bin";
    private readonly SpecScene _scene = new();

    [Theory]
    [InlineData(new[] { Path, "HOME=/override" }, new[] { Path, "HOME=/override" })]
    [InlineData(new[] { Path, "HOME=" }, new[] { Path, "HOME=/root" })]
    [InlineData(new[] { Path, "HOME=/override", "HOME=" }, new[] { Path, "HOME=/root" })]
    [InlineData(new[] { "HOME=", "HOME=/override", Path }, new[] { "HOME=/override", Path })]
    [InlineData(new[] { "ONE=two", "ONE=", Path }, new[] { "ONE=", Path, "HOME=/root" })]
    [InlineData(new[] { "ONE=two", Path, "ONE=three" }, new[] { "ONE=three", Path, "HOME=/root" })]
    [InlineData(new[] { "LINE=a\nb", Path }, new[] { "LINE=a", "b", Path, "HOME=/root" })]
    [InlineData(new string[0], new[] { "HOME=/root" })]
    public async Task Run_WhenVariablesAreGiven_ThenTheProgramHasEachOnce(string[] given, string[] seen)
    {
        var lines = await _scene.RunAsync("", spec => spec.WithProcess(
            process => process with { Args = ["/usr/bin/busybox", "env"], Env = given }));

        Assert.Equal(seen, lines);
    }

    [Theory]
    [InlineData(0, "/root")]
    [InlineData(1000, "/home")]
    [InlineData(4321, "/")]
    public async Task Exec_WhenItHasNoHome_ThenThatOfItsUserInTheImage(int user, string home)
    {
        var container = await _scene.StartAsync("sleep 100", spec => spec.WithProcess(
            process => process with { Env = [Path, "HOME=/of/the/init", "OF=init"] }));
        var lines = await _scene.ExecAsync(container, "", process => process with
        {
            Args = ["/usr/bin/busybox", "env"], Env = ["A=1", "A=2"], User = new UserSpec { Uid = (uint)user },
        });
        await _scene.EndAsync(container);

        Assert.Equal(["A=2", $"HOME={home}"], lines);
    }

    public void Dispose() => _scene.Dispose();
}
