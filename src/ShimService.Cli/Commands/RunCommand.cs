using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Attached;
using ShimService.Cli.Client;
using ShimService.Cli.Output;
using ShimService.Cli.Terminal;
using ShimService.Contracts.V1;

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
        var remove = new Option<bool>("--rm") { Description = "delete the container when it has exited" };
        return Verb.Create(
            "run",
            "create and start a container; its output and exit status become ours",
            [.. container.Symbols, detach, remove],
            (session, parsed, cancel) =>
            {
                CreateRequest request = ContainerRequests.From(container, parsed);
                bool terminal = parsed.GetValue(container.Terminal);
                bool interactive = parsed.GetValue(container.Interactive);
                if (!parsed.GetValue(detach))
                {
                    return AttachedAsync(session, request, terminal, interactive, parsed.GetValue(remove), cancel);
                }

                return parsed.GetValue(remove)
                    ? throw new CliException("--rm needs somebody who waits for the exit: leave out -d")
                    : DetachedAsync(session, request, cancel);
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
        Session session, CreateRequest request, bool terminal, bool interactive, bool remove, CancellationToken cancel)
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
                if (remove)
                {
                    Console.Error.WriteLine(
                        $"{request.Id} runs on, and --rm with nobody waiting does nothing: delete it");
                }

                return 0;
            }

            var wait = new WaitRequest { Id = request.Id };
            WaitResponse exit = await session.Daemon.TaskAsync("Wait", wait, WaitResponse.Parser, cancel);
            if (remove)
            {
                await DeleteAsync(session, request.Id, cancel);
            }

            return (int)exit.ExitStatus;
        }
        catch when (!started)
        {
            // What never ran is not left behind.
            await DeleteAsync(session, request.Id, CancellationToken.None);
            throw;
        }
    }

    private static Task<DeleteResponse> DeleteAsync(Session session, string id, CancellationToken cancel)
    {
        var delete = new DeleteRequest { Id = id, Force = true };
        return session.Daemon.TaskAsync("Delete", delete, DeleteResponse.Parser, cancel);
    }
}
