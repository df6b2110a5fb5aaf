using System.CommandLine;
using ShimService.Cli.Client;
using ShimService.Cli.Output;
using ShimService.Rpc;

namespace ShimService.Cli.Commands;

/// <summary>Runs a verb: connects, and turns every error into a message and an exit status, once.</summary>
internal static class Verb
{
    public static Command Create(
        string name, string description, IEnumerable<Symbol> symbols, Func<Session, ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        foreach (Symbol symbol in symbols)
        {
            Add(command, symbol);
        }

        command.SetAction((parsed, cancel) => parsed.GetValue(CommonOptions.Root) is null
            ? WithDaemonAsync(name, parsed, run, cancel)
            : GuardAsync(parsed, name, ExitStatus.Of, _ => throw new CliException(
                $"--root goes before the verb, shimctl --root DIR {name}: it makes shimctl take runc's verbs")));
        return command;
    }

    public static async Task<int> GuardAsync(
        ParseResult parsed, string verb, Func<RpcException, int> statusOf, Func<OutputWriter, Task<int>> run)
    {
        bool json = parsed.GetValue(CommonOptions.Json);
        try
        {
            return await run(new OutputWriter(descriptor: 1, json));
        }
        catch (RpcException error)
        {
            ErrorReport.Write(verb, error, json);
            return statusOf(error);
        }
        catch (CliException error)
        {
            ErrorReport.Write(verb, error.Message, json);
            return error.Status;
        }
        catch (IOException error)
        {
            // Our reader went away, or a file we were told to write cannot be written.
            ErrorReport.Write(verb, error.Message, json);
            return ExitStatus.Ours;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    private static Task<int> WithDaemonAsync(
        string name,
        ParseResult parsed,
        Func<Session, ParseResult, CancellationToken, Task<int>> run,
        CancellationToken cancel) =>
        GuardAsync(parsed, name, ExitStatus.Of, async output =>
        {
            await using DaemonClient daemon = DaemonClient.Connect(parsed.GetValue(CommonOptions.Socket)!);
            return await run(new Session(daemon, output), parsed, cancel);
        });

    private static void Add(Command command, Symbol symbol)
    {
        switch (symbol)
        {
            case Option option:
                command.Options.Add(option);
                break;
            case Argument argument:
                command.Arguments.Add(argument);
                break;
            case Command child:
                command.Subcommands.Add(child);
                break;
            default:
                throw new ArgumentException($"no place for {symbol.GetType()} in a command", nameof(symbol));
        }
    }
}
