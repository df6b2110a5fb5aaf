using System.CommandLine;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>ps: a container's processes, as the host's ps shows them, or their pids as JSON.</summary>
internal static class PsVerb
{
    public static Command Create()
    {
        Argument<string> id = DirectVerb.Id();
        var words = new Argument<string[]>("options")
        {
            Description = "for ps itself; default -ef", Arity = ArgumentArity.ZeroOrMore,
        };
        var format = new Option<string>("--format", "-f")
        {
            Description = "table or json", HelpName = "FORMAT", DefaultValueFactory = _ => "table",
        };
        return DirectVerb.Create("ps", "list a container's processes", [id, words, format], async (session, parsed, cancel) =>
        {
            string container = parsed.GetValue(id)!;
            string shape = parsed.GetValue(format)!;
            if (shape is not ("table" or "json"))
            {
                throw new CliException($"invalid format option: {shape}: there are table and json", ExitStatus.RuncStyle);
            }

            await using DirectShim shim = await DirectShim.ConnectAsync(session.State, container, cancel);
            IReadOnlyList<uint> pids = (await shim.GetAsync(container, cancel)).State == TaskState.Stopped
                ? []
                : await shim.PidsAsync(container, cancel);
            if (shape == "json")
            {
                session.Output.Line($"[{string.Join(',', pids.Select(pid => Words.Number(pid)))}]");
                return 0;
            }

            string[] typed = parsed.GetValue(words)!;
            session.Output.Text(ProcessTable.Only(
                pids, await ProcessTable.ReadAsync(typed.Length > 0 ? typed : ["-ef"], cancel)));
            return 0;
        });
    }
}
