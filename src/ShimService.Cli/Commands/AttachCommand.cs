using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Attached;
using ShimService.Cli.Client;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>attach: our streams to a process that already runs; its exit status becomes ours.</summary>
internal static class AttachCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "container" };
        var exec = ContainerOptions.Text("--exec", "EXEC", "this exec instead of the init process");
        var logs = new Option<bool>("--logs") { Description = "first what it has already written" };
        var noStdin = new Option<bool>("--no-stdin") { Description = "do not send our standard input" };
        return Verb.Create(
            "attach",
            "connect to a container's streams; ctrl-p ctrl-q leaves a terminal",
            [id, exec, logs, noStdin],
            async (session, parsed, cancel) =>
            {
                string execId = parsed.GetValue(exec) ?? "";
                var get = new GetRequest { Id = parsed.GetValue(id)! };
                Contracts.V1.Task task = (await session.Daemon.TaskAsync("Get", get, GetResponse.Parser, cancel)).Task;
                var options = new AttachOptions
                {
                    Stdin = !parsed.GetValue(noStdin),
                    Terminal = execId.Length == 0
                        ? task.Terminal
                        : task.Execs.Any(one => one.ExecId == execId && one.Terminal),
                    WithLog = parsed.GetValue(logs),
                };
                using var attachment = new Attachment(new DaemonProcess(session.Daemon, get.Id, execId), options);
                if (await attachment.RunAsync(_ => System.Threading.Tasks.Task.CompletedTask, cancel)
                    == AttachOutcome.Detached)
                {
                    return 0;
                }

                var wait = new WaitRequest { Id = get.Id, ExecId = execId };
                return (int)(await session.Daemon.TaskAsync("Wait", wait, WaitResponse.Parser, cancel)).ExitStatus;
            });
    }
}
