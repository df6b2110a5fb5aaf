using System.CommandLine;
using System.Globalization;
using ShimService.Cli.Arguments;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>events: what happens to containers, from now on or from an earlier event.</summary>
internal static class EventsCommand
{
    public static Command Create()
    {
        var after = new Option<ulong?>("--after")
        {
            Description = "first the kept events after this sequence; 0 = all of them", HelpName = "SEQUENCE",
        };
        var noFollow = new Option<bool>("--no-follow") { Description = "end after the kept events" };
        Option<string[]> containers = ContainerOptions.Many("--container", "ID", "only this container's");
        Option<string[]> topics = ContainerOptions.Many("--topic", "TOPIC", "only these: /tasks/exit, or exit");
        return Verb.Create(
            "events",
            "watch what happens to containers",
            [after, noFollow, containers, topics],
            async (session, parsed, cancel) =>
            {
                string[] wanted = parsed.GetValue(containers)!;
                string[] about = [.. parsed.GetValue(topics)!.Select(Topic)];
                if (parsed.GetValue(noFollow))
                {
                    var list = new ListEventsRequest { AfterSequence = parsed.GetValue(after) ?? 0 };
                    list.ContainerIds.Add(wanted);
                    list.Topics.Add(about);
                    ListEventsResponse answer =
                        await session.Daemon.EventsAsync("List", list, ListEventsResponse.Parser, cancel);
                    foreach (Event one in answer.Events)
                    {
                        Write(session.Output, one);
                    }

                    return 0;
                }

                var watch = new WatchEventsRequest();
                if (parsed.GetValue(after) is { } sequence)
                {
                    watch.AfterSequence = sequence;
                }

                watch.ContainerIds.Add(wanted);
                watch.Topics.Add(about);
                await foreach (Event one in session.Daemon.EventStreamAsync("Watch", watch, Event.Parser, cancel))
                {
                    Write(session.Output, one);
                }

                return 0;
            });
    }

    private static string Topic(string word) => word.StartsWith('/') ? word : "/tasks/" + word;

    private static void Write(OutputWriter output, Event one)
    {
        if (output.Json)
        {
            output.Message(one);
            return;
        }

        string who = one.ExecId.Length > 0 ? $"{one.ContainerId}/{one.ExecId}" : one.ContainerId;
        string pid = one.Pid == 0 ? "" : " pid=" + one.Pid.ToString(CultureInfo.InvariantCulture);
        string status = one.HasExitStatus ? " status=" + one.ExitStatus.ToString(CultureInfo.InvariantCulture) : "";
        output.Line($"{one.Sequence,6} {Words.Time(one.Timestamp)} {one.Topic,-19} {who}{pid}{status}");
    }
}
