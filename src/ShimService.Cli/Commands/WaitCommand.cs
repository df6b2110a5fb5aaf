using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>wait: until a process has exited; prints its exit status.</summary>
internal static class WaitCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "container" };
        var exec = ContainerOptions.Text("--exec", "EXEC", "this exec instead of the init process");
        return Verb.Create("wait", "wait for an exit", [id, exec], async (session, parsed, cancel) =>
        {
            var request = new WaitRequest { Id = parsed.GetValue(id)!, ExecId = parsed.GetValue(exec) ?? "" };
            WaitResponse answer = await session.Daemon.TaskAsync("Wait", request, WaitResponse.Parser, cancel);
            if (session.Output.Json)
            {
                session.Output.Message(answer);
            }
            else
            {
                session.Output.Line(Words.Number(answer.ExitStatus));
            }

            return 0;
        });
    }
}
