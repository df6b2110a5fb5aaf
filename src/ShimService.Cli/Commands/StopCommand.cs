using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>stop: the container's stop signal, and SIGKILL when it does not end in time.</summary>
internal static class StopCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "container" };
        var signal = ContainerOptions.Text("--signal", "SIGNAL", "instead of the container's stop signal", "-s");
        var time = new Option<int?>("--time", "--timeout", "-t")
        {
            Description = "seconds until it is killed; -1 = never", HelpName = "N",
        };
        return Verb.Create(
            "stop",
            "end a container, by force when it takes too long",
            [id, signal, time],
            async (session, parsed, cancel) =>
            {
                var request = new StopRequest { Id = parsed.GetValue(id)! };
                if (parsed.GetValue(signal) is { } word)
                {
                    request.Signal = SignalWords.Parse(word);
                }

                if (parsed.GetValue(time) is { } seconds)
                {
                    request.TimeoutSeconds = seconds;
                }

                StopResponse answer = await session.Daemon.TaskAsync("Stop", request, StopResponse.Parser, cancel);
                if (session.Output.Json)
                {
                    session.Output.Message(answer);
                }
                else
                {
                    session.Output.Line(request.Id);
                }

                return 0;
            });
    }
}
