using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Attached;
using ShimService.Cli.Client;
using ShimService.Cli.Output;
using ShimService.Cli.Terminal;
using ShimService.Contracts.V1;
using ShimService.Rpc;

namespace ShimService.Cli.Commands;

/// <summary>
/// run: a container from its first to its last moment, its streams ours, its exit status ours. With -d its id, at once.
/// </summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var container = new ContainerOptions();
        var detach = new Option<bool>("--detach", "-d") { Description = "print the id and leave it running" };
        return Verb.Create(
            "run",
            "create and start a container; its output and exit status become ours",
            [.. container.Symbols, detach],
            (session, parsed, cancel) =>
            {
                CreateRequest request = ContainerRequests.From(container, parsed);
                bool terminal = parsed.GetValue(container.Terminal);
                bool interactive = parsed.GetValue(container.Interactive);
                return parsed.GetValue(detach)
                    ? DetachedAsync(session, request, cancel)
                    : AttachedAsync(session, request, terminal, interactive, cancel);
            });
    }

    private static async Task<int> DetachedAsync(Session session, CreateRequest request, CancellationToken cancel)
    {
        RunResponse answer = await Patience.WhileAsync(
            $"starting {request.Id}", session.Daemon.TaskAsync("Run", request, RunResponse.Parser, cancel));
        Warnings.Tell(answer.Warnings);
        if (session.Output.Json)
        {
            session.Output.Message(answer);
        }
        else
        {
            session.Output.Line(request.Id);
        }

        return 0;
    }

    private static async Task<int> AttachedAsync(
        Session session, CreateRequest request, bool terminal, bool interactive, CancellationToken cancel)
    {
        if (terminal && interactive && !TerminalSize.IsTerminal(0))
        {
            throw new CliException("our standard input is no terminal: leave out -t, or -i");
        }

        CreateResponse created = await Patience.WhileAsync(
            $"creating {request.Id}", session.Daemon.TaskAsync("Create", request, CreateResponse.Parser, cancel));
        Warnings.Tell(created.Warnings);
        bool started = false;
        try
        {
            if (request.Config is null)
            {
                var get = new GetRequest { Id = request.Id };
                terminal = (await session.Daemon.TaskAsync("Get", get, GetResponse.Parser, cancel)).Task.Terminal;
            }

            // Asked before it runs: with --rm its id may be gone soon after.
            var waiting = session.Daemon.TaskAsync(
                "Wait", new WaitRequest { Id = request.Id }, WaitResponse.Parser, cancel);
            var options = new AttachOptions { Stdin = interactive, Terminal = terminal, WithLog = true };
            using var attachment = new Attachment(new DaemonProcess(session.Daemon, request.Id, ""), options);
            AttachOutcome outcome = await attachment.RunAsync(
                async token =>
                {
                    var start = new StartRequest { Id = request.Id };
                    await session.Daemon.TaskAsync("Start", start, StartResponse.Parser, token);
                    started = true;
                },
                cancel);
            if (outcome == AttachOutcome.Detached)
            {
                return 0;
            }

            WaitResponse exit = await waiting;
            if (request.AutoRemove)
            {
                await RemovedAsync(session, request.Id, cancel);
            }

            return (int)exit.ExitStatus;
        }
        catch when (!started)
        {
            // What never ran is not left behind.
            await RemovedAsync(session, request.Id, CancellationToken.None);
            throw;
        }
    }

    // The daemon deletes it; who runs the same name again at once must not be too quick for that.
    private static async System.Threading.Tasks.Task RemovedAsync(Session session, string id, CancellationToken cancel)
    {
        try
        {
            var delete = new DeleteRequest { Id = id, Force = true };
            await session.Daemon.TaskAsync("Delete", delete, DeleteResponse.Parser, cancel);
        }
        catch (RpcException error) when (error.Code == RpcStatusCode.NotFound)
        {
            // It has done so.
        }
    }
}
