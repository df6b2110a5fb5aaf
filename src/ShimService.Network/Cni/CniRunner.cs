using System.Text.Json;
using System.Text.Json.Nodes;
using ShimService.Network.Errors;
using ShimService.Network.Tools;
using ShimService.Tasks.Errors;

namespace ShimService.Network.Cni;

/// <summary>
/// Runs the plugins of a list. Errors: TaskException with the plugin's own words. Source: CNI specification 1.0.0.
/// </summary>
internal sealed class CniRunner(NetworkSettings settings)
{
    private const string Package = "containernetworking-plugins";

    /// <summary>ADD, first to last; when one fails, DEL of all. Answers the last one's result.</summary>
    /// <param name="network">Path of the container's network namespace.</param>
    public async Task<string> AddAsync(CniConfig config, CniTarget target, string network)
    {
        var result = "";
        try
        {
            foreach (var plugin in config.Plugins)
            {
                result = await RunAsync("ADD", plugin, config.InputOf(plugin, result, target.Ports), target, network);
            }
        }
        catch (TaskException)
        {
            await UndoAsync(config, target, result, network);
            throw;
        }

        return result;
    }

    /// <summary>DEL, last to first; all of them, and then the first error.</summary>
    /// <param name="network">Empty when the namespace is gone.</param>
    public async Task DeleteAsync(CniConfig config, CniTarget target, string result, string network)
    {
        TaskException? first = null;
        foreach (var plugin in config.Plugins.Reverse())
        {
            try
            {
                await RunAsync("DEL", plugin, config.InputOf(plugin, result, target.Ports), target, network);
            }
            catch (TaskException error)
            {
                first ??= error;
            }
        }

        if (first is not null)
        {
            throw first;
        }
    }

    /// <summary>CHECK, first to last. Errors: TaskException FailedPrecondition with the plugin's own words.</summary>
    public async Task CheckAsync(CniConfig config, CniTarget target, string result, string network)
    {
        config.RequireCheck();
        foreach (var plugin in config.Plugins)
        {
            try
            {
                await RunAsync("CHECK", plugin, config.InputOf(plugin, result, target.Ports), target, network);
            }
            catch (TaskException error)
            {
                throw NetworkErrors.NotAsMade(target.Container, error.Message);
            }
        }
    }

    private async Task UndoAsync(CniConfig config, CniTarget target, string result, string network)
    {
        try
        {
            await DeleteAsync(config, target, result, network);
        }
        catch (TaskException)
        {
            // The failed ADD is what the caller hears of.
        }
    }

    private async Task<string> RunAsync(
        string command, JsonObject plugin, string input, CniTarget target, string network)
    {
        var type = plugin["type"]!.GetValue<string>();
        var program = settings.CniPath.Select(directory => Path.Combine(directory, type)).FirstOrDefault(File.Exists)
            ?? throw NetworkErrors.Failed($"cni {command}",
                $"there is no plugin {type} in {string.Join(", ", settings.CniPath)} — install the package {Package}");
        var environment = new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = target.Container,
            ["CNI_NETNS"] = network,
            ["CNI_IFNAME"] = target.InterfaceName,
            ["CNI_ARGS"] = "",
            ["CNI_PATH"] = string.Join(':', settings.CniPath),
        };
        var result = await Tool.RunAsync(program, [], environment, input, Package, settings.ToolLimit);
        return result.Status == 0
            ? result.Output
            : throw NetworkErrors.Failed($"cni {command}",
                $"cni {command} of {target.Container}: plugin {type} failed: {Complaint(result)}");
    }

    private static string Complaint(ToolResult result)
    {
        try
        {
            if (JsonNode.Parse(result.Output) is JsonObject error && error["msg"] is JsonValue message)
            {
                var details = error["details"] is JsonValue more ? $" ({more.ToString()})" : "";
                return message.ToString() + details;
            }
        }
        catch (JsonException)
        {
            // It did not speak as the specification wants.
        }

        return result.Complaint.Length > 0 ? result.Complaint : $"status {result.Status}";
    }
}
