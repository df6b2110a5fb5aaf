using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using ShimService.Cli.Arguments;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;
using Stream = ShimService.Contracts.V1.Stream;

namespace ShimService.Cli.Commands;

/// <summary>logs: what a process has written; -f stays until it has ended.</summary>
internal static class LogsCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "container" };
        var exec = ContainerOptions.Text("--exec", "EXEC", "this exec instead of the init process");
        var follow = new Option<bool>("--follow", "-f") { Description = "stay and print what comes" };
        var tail = new Option<ulong>("--tail", "-n") { Description = "only the last lines", HelpName = "N" };
        var since = ContainerOptions.Text("--since", "TIME", "from then on: 2026-01-31T12:00:00Z, or 90s, 10m, 2h ago");
        var times = new Option<bool>("--timestamps") { Description = "put the time before each piece" };
        return Verb.Create(
            "logs",
            "print what a container has written",
            [id, exec, follow, tail, since, times],
            async (session, parsed, cancel) =>
            {
                var request = new LogsRequest
                {
                    Id = parsed.GetValue(id)!,
                    ExecId = parsed.GetValue(exec) ?? "",
                    Follow = parsed.GetValue(follow),
                    TailLines = parsed.GetValue(tail),
                    Since = parsed.GetValue(since) is { } text ? Since(text, TimeProvider.System.GetUtcNow()) : null,
                };
                await foreach (LogsResponse chunk in
                    session.Daemon.TaskStreamAsync("Logs", request, LogsResponse.Parser, cancel))
                {
                    if (session.Output.Json)
                    {
                        session.Output.Message(chunk);
                        continue;
                    }

                    OutputWriter sink = chunk.Stream == Stream.Stderr ? OutputWriter.Error : session.Output;
                    if (parsed.GetValue(times))
                    {
                        sink.Text(Words.Time(chunk.Timestamp) + " ");
                    }

                    sink.Bytes(chunk.Data.Span);
                }

                return 0;
            });
    }

    /// <summary>An instant in RFC 3339, or an age: 90s, 10m, 2h. Pure.</summary>
    internal static Timestamp Since(string text, DateTimeOffset now)
    {
        double unit = text.Length > 1 ? text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 } : 0;
        if (unit > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture, out double age))
        {
            return Timestamp.FromDateTimeOffset(now.AddSeconds(-age * unit));
        }

        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset instant)
            ? Timestamp.FromDateTimeOffset(instant)
            : throw new CliException($"--since {text}: write 2026-01-31T12:00:00Z, 90s, 10m or 2h");
    }
}
