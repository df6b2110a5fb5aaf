using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;
using ShimService.Oci.Write;

namespace ShimService.Engine.Tests.Launching;

/// <summary>Terminals of inits and execs: their names, owners and sizes. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "process.terminal")]
public sealed class ConsoleTests : IDisposable
{
    private const string Look =
        "for fd in 0 1 2; do readlink /proc/self/fd/$fd; done; stat -c %u:%g $(tty); stty size; stat -Lc %t:%T /dev/console";

    private readonly SpecScene _scene = new();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1000, 100)]
    [Trait("Spec", "process.consoleSize")]
    public async Task Run_WhenThereIsATerminal_ThenItIsTheUsersAndOfTheGroupOfTerminals(int uid, int gid)
    {
        var user = new UserSpec { Uid = (uint)uid, Gid = (uint)gid };
        var container = await _scene.CreateAsync($"{Look}; echo over; exec sleep 100", spec => spec.WithProcess(
            process => process with { Terminal = true, User = user, ConsoleSize = new ConsoleSize(110, 10) }), terminal: true);
        await container.StartAsync(CancellationToken.None).WaitAsync(SpecScene.Limit);
        await RealContainer.UntilAsync(() => Lines(_scene.Output).Contains("over"));
        var output = Path.Join(Path.GetDirectoryName(_scene.Output)!, "exec");
        var exec = await container.ExecAsync(
            new ExecRequest(ExecId.Parse("e1", "exec_id"), SpecWriter.Write(new ProcessSpec
            {
                Args = ["sh", "-c", Look], Cwd = "/", Env = ["PATH=/bin"], Terminal = true, User = user,
                ConsoleSize = new ConsoleSize(200, 50),
            }), new StdioRequest("", $"file://{output}", "", true)), CancellationToken.None).WaitAsync(SpecScene.Limit);
        await exec.Exited.WaitAsync(SpecScene.Limit);
        await exec.Stdio.Drained.WaitAsync(SpecScene.Limit);
        await exec.Stdio.CloseAsync();
        await _scene.EndAsync(container);

        string[] Seen(string size, int number) =>
            [.. Enumerable.Repeat($"/dev/pts/{number}", 3), $"{uid}:5", size, "88:0"];
        Assert.Equal([.. Seen("10 110", 0), "over"], Lines(_scene.Output));
        Assert.Equal(Seen("50 200", 1), Lines(output));
    }

    [Fact]
    public async Task Exec_WhenTheInitHasNoTerminal_ThenItHasOneAllTheSame()
    {
        var container = await _scene.StartAsync("tty; exec sleep 100");
        var output = Path.Join(Path.GetDirectoryName(_scene.Output)!, "exec");
        var exec = await container.ExecAsync(
            new ExecRequest(ExecId.Parse("e1", "exec_id"), SpecWriter.Write(new ProcessSpec
            {
                Args = ["tty"], Cwd = "/", Env = ["PATH=/bin"], Terminal = true,
            }), new StdioRequest("", $"file://{output}", "", true)), CancellationToken.None).WaitAsync(SpecScene.Limit);
        await exec.Exited.WaitAsync(SpecScene.Limit);
        await exec.Stdio.Drained.WaitAsync(SpecScene.Limit);
        await exec.Stdio.CloseAsync();
        await RealContainer.UntilAsync(() => File.ReadAllText(_scene.Output).Length > 0);
        await _scene.EndAsync(container);

        Assert.Equal(["not a tty"], Lines(_scene.Output));
        Assert.Equal(["/dev/pts/0"], Lines(output));
    }

    public void Dispose() => _scene.Dispose();

    private static string[] Lines(string path) => File.ReadAllText(path)
        .Split(["\r\n", "\n"], StringSplitOptions.RemoveEmptyEntries);
}
