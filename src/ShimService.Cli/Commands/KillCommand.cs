using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>kill: a signal for a container's init process, one exec, or all of its processes.</summary>
internal static class KillCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "container" };
        var word = new Argument<string?>("signal")
        {
            Description = "name or number; default TERM", Arity = ArgumentArity.ZeroOrOne,
        };
        var option = ContainerOptions.Text("--signal", "SIGNAL", "the same, as an option", "-s");
        var exec = ContainerOptions.Text("--exec", "EXEC", "this exec instead of the init process");
        var all = new Option<bool>("--all", "-a") { Description = "every process of the container" };
        return Verb.Create(
            "kill",
            "send a signal",
            [id, word, option, exec, all],
            async (session, parsed, cancel) =>
            {
                var request = new KillRequest
                {
                    Id = parsed.GetValue(id)!,
                    ExecId = parsed.GetValue(exec) ?? "",
                    Signal = SignalWords.Parse(parsed.GetValue(option) ?? parsed.GetValue(word) ?? "TERM"),
                    All = parsed.GetValue(all),
                };
                KillResponse answer = await session.Daemon.TaskAsync("Kill", request, KillResponse.Parser, cancel);
                if (session.Output.Json)
                {
                    session.Output.Message(answer);
                }

                return 0;
            });
    }
}
