using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Direct;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>delete: removes stopped or created containers; --force those that run, too.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("id") { Description = "containers", Arity = ArgumentArity.OneOrMore };
        var exec = ContainerOptions.Text("--exec", "EXEC", "this exec of the one container, once it has exited");
        var force = new Option<bool>("--force", "-f") { Description = "kill it first" };
        Command command = Verb.CreateWithDirect(
            "delete",
            "delete containers",
            [ids, exec, force],
            async (session, parsed, cancel) =>
            {
                foreach (string id in parsed.GetValue(ids)!)
                {
                    var request = new DeleteRequest
                    {
                        Id = id, ExecId = parsed.GetValue(exec) ?? "", Force = parsed.GetValue(force),
                    };
                    DeleteResponse answer = await Patience.WhileAsync(
                        $"deleting {id}",
                        session.Daemon.TaskAsync("Delete", request, DeleteResponse.Parser, cancel));
                    if (session.Output.Json)
                    {
                        session.Output.Message(answer);
                    }
                }

                return 0;
            },
            async (root, _, parsed, cancel) =>
            {
                foreach (string id in parsed.GetValue(ids)!)
                {
                    await DirectDelete.RunAsync(new DirectState(root), id, parsed.GetValue(force), cancel);
                }

                return 0;
            });
        command.Aliases.Add("rm");
        return command;
    }
}
