using System.CommandLine;
using System.Globalization;
using ShimService.Cli.Output;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>list: the containers of the state directory.</summary>
internal static class ListVerb
{
    public static Command Create()
    {
        var format = new Option<string>("--format", "-f")
        {
            Description = "table or json", HelpName = "FORMAT", DefaultValueFactory = _ => "table",
        };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "ids only" };
        return DirectVerb.Create("list", "list containers", [format, quiet], async (session, parsed, cancel) =>
        {
            if (parsed.GetValue(quiet))
            {
                session.Output.Text(string.Concat(session.State.All().Select(id => id + "\n")));
                return 0;
            }

            List<(Contracts.V1.Task Task, byte[]? Config)> tasks = await ReadAsync(session, cancel);
            session.Output.Text(parsed.GetValue(format) switch
            {
                "table" => Table(tasks),
                "json" => OciState.OfAll(tasks) + "\n",
                { } other => throw new CliException(
                    $"invalid format option: {other}: there are table and json", ExitStatus.RuncStyle),
                null => Table(tasks),
            });
            return 0;
        });
    }

    private static async Task<List<(Contracts.V1.Task Task, byte[]? Config)>> ReadAsync(
        DirectSession session, CancellationToken cancel)
    {
        var tasks = new List<(Contracts.V1.Task, byte[]?)>();
        foreach (string id in session.State.All())
        {
            try
            {
                await using DirectShim shim = await DirectShim.ConnectAsync(session.State, id, cancel);
                tasks.Add((await shim.GetAsync(id, cancel), await session.State.ReadConfigAsync(id, cancel)));
            }
            catch (Exception error) when (error is CliException or Rpc.RpcException)
            {
                // Being made or deleted right now, or its shim died: one of them does not hide the others.
                session.Log.Warn($"list: {id}: {error.Message}");
            }
        }

        return tasks;
    }

    private static string Table(List<(Contracts.V1.Task Task, byte[]? Config)> tasks)
    {
        string[] head = ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"];
        List<string[]> rows = [head, .. tasks.Select(one => (string[])
        [
            one.Task.Id,
            OciState.Pid(one.Task).ToString(CultureInfo.InvariantCulture),
            OciState.Word(one.Task.State),
            one.Task.Bundle,
            Words.Time(one.Task.CreatedAt),
            Environment.UserName,
        ])];
        int[] widths = [.. head.Select((_, column) => rows.Max(row => row[column].Length))];
        return string.Concat(rows.Select(row =>
            string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd() + "\n"));
    }
}
