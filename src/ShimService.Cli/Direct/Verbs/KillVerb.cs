using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using ShimService.Cli.Arguments;
using ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>kill: a signal for a container's init process, or for all of its processes.</summary>
internal static class KillVerb
{
    public static Command Create()
    {
        Argument<string> id = DirectVerb.Id();
        var word = new Argument<string>("signal")
        {
            Description = "name or number; default TERM",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => "TERM",
        };
        var all = new Option<bool>("--all", "-a") { Description = "every process of the container" };
        return DirectVerb.Create("kill", "send a signal", [id, word, all], async (session, parsed, cancel) =>
        {
            var request = new KillRequest
            {
                Id = parsed.GetValue(id)!,
                Signal = (uint)SignalWords.Parse(parsed.GetValue(word)!),
                All = parsed.GetValue(all),
            };
            await using DirectShim shim = await DirectShim.ConnectAsync(session.State, request.Id, cancel);
            await shim.TaskAsync("Kill", request, Empty.Parser, cancel);
            return 0;
        });
    }
}
