using System.Text;
using System.Text.Json.Nodes;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Support;

/// <summary>What most tests do with a container that keeps running.</summary>
internal static class RealContainerExtensions
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task StartAsync(this RealContainer container)
    {
        await container.CreateAsync().WaitAsync(Limit);
        await container.Container.StartAsync(CancellationToken.None).WaitAsync(Limit);
    }

    /// <summary>Runs one more process to its end; answers the status and what it wrote.</summary>
    public static async Task<(int Status, string Output)> ExecAsync(
        this RealContainer container, Action<JsonObject> change, params string[] args)
    {
        var process = JsonNode.Parse(Bundle.Process(args).Span)!.AsObject();
        change(process);
        var name = $"e{Guid.NewGuid():N}"[..9];
        var output = $"{container.Log}.{name}";
        var exec = await container.Container.ExecAsync(
            new ExecRequest(ExecId.Parse(name, "exec_id"), Encoding.UTF8.GetBytes(process.ToJsonString()),
                new StdioRequest(
                    "", "file://" + output, "file://" + output, false)), CancellationToken.None).WaitAsync(Limit);
        var exit = await exec.Exited.WaitAsync(Limit);
        await exec.Stdio.Drained.WaitAsync(Limit);
        await exec.Stdio.CloseAsync();
        return (exit.Status, await File.ReadAllTextAsync(output));
    }

    /// <summary>Kills and deletes it.</summary>
    public static async Task EndAsync(this RealContainer container)
    {
        container.Container.KillAll(Signal.Kill);
        await container.Container.Init.Stdio.CloseAsync();
        await container.Container.DeleteAsync().WaitAsync(Limit);
    }
}
