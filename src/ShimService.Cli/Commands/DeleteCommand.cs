using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;
using ShimService.Rpc;
using Task = System.Threading.Tasks.Task;

namespace ShimService.Cli.Commands;

/// <summary>delete: removes stopped or created containers; --force those that run, too.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("id") { Description = "containers", Arity = ArgumentArity.OneOrMore };
        var exec = ContainerOptions.Text("--exec", "EXEC", "this exec of the one container, once it has exited");
        var force = new Option<bool>("--force", "-f") { Description = "kill it first" };

        // For fingers that know Docker: there a volume without a name stays behind unless this is typed.
        var volumes = new Option<bool>("--volumes", "-v")
        {
            Description = "nothing more: volumes without a name always go with their container",
        };
        Command command = Verb.Create(
            "delete",
            "delete containers",
            [ids, exec, force, volumes],
            (session, parsed, cancel) =>
                EachAsync(parsed, parsed.GetValue(ids)!, ExitStatus.Of, async id =>
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
                }));
        command.Aliases.Add("rm");
        return command;
    }

    /// <summary>One that cannot be deleted does not save the others: the status is the last failure's.</summary>
    private static async Task<int> EachAsync(
        ParseResult parsed, string[] ids, Func<RpcException, int> statusOf, Func<string, Task> delete)
    {
        int status = 0;
        foreach (string id in ids)
        {
            int one = await Verb.GuardAsync(parsed, "delete", statusOf, async _ =>
            {
                await delete(id);
                return 0;
            });
            status = one == 0 ? status : one;
        }

        return status;
    }
}
