using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Attached;
using ShimService.Cli.Client;
using ShimService.Cli.Terminal;
using ShimService.Contracts.V1;
using Task = System.Threading.Tasks.Task;

namespace ShimService.Cli.Commands;

/// <summary>exec: one more process in a running container; its output and exit status become ours.</summary>
internal static class ExecCommand
{
    public static Command Create()
    {
        var options = new ExecOptions();
        return Verb.Create(
            "exec",
            "run a program in a running container",
            options.Symbols,
            (session, parsed, cancel) => RunAsync(session, options, parsed, cancel));
    }

    private static async Task<int> RunAsync(
        Session session, ExecOptions options, ParseResult parsed, CancellationToken cancel)
    {
        bool detach = parsed.GetValue(options.Detach);
        bool terminal = parsed.GetValue(options.Terminal);
        bool interactive = parsed.GetValue(options.Interactive);
        if (terminal && interactive && !TerminalSize.IsTerminal(0))
        {
            throw new CliException("our standard input is no terminal: leave out -t, or -i");
        }

        var request = new ExecRequest
        {
            Id = parsed.GetValue(options.Id)!,
            ExecId = parsed.GetValue(options.ExecId) ?? "",
            Cwd = parsed.GetValue(options.Cwd) ?? "",
            User = parsed.GetValue(options.User) ?? "",
            Terminal = terminal,
            OpenStdin = interactive,
        };
        request.Args.Add(parsed.GetValue(options.Command));
        request.Env.Add(parsed.GetValue(options.Env));
        if (terminal && TerminalSize.Of(0) is { } size)
        {
            request.ConsoleSize = new ConsoleSize { Width = size.Width, Height = size.Height };
        }

        ExecResponse started = await session.Daemon.TaskAsync("Exec", request, ExecResponse.Parser, cancel);
        PidFile.Write(parsed.GetValue(options.PidFile), started.Pid);
        if (detach)
        {
            if (session.Output.Json)
            {
                session.Output.Message(started);
            }
            else
            {
                session.Output.Line(started.ExecId);
            }

            return 0;
        }

        var attach = new AttachOptions { Stdin = interactive, Terminal = terminal, WithLog = true };
        using var attachment = new Attachment(new DaemonProcess(session.Daemon, request.Id, started.ExecId), attach);
        if (await attachment.RunAsync(_ => Task.CompletedTask, cancel) == AttachOutcome.Detached)
        {
            return 0;
        }

        var wait = new WaitRequest { Id = request.Id, ExecId = started.ExecId };
        WaitResponse exit = await session.Daemon.TaskAsync("Wait", wait, WaitResponse.Parser, cancel);
        var delete = new DeleteRequest { Id = request.Id, ExecId = started.ExecId };
        await session.Daemon.TaskAsync("Delete", delete, DeleteResponse.Parser, cancel);
        return (int)exit.ExitStatus;
    }
}
