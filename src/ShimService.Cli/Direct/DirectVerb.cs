using System.CommandLine;
using ShimService.Cli.Output;
using ShimService.Rpc;

namespace ShimService.Cli.Direct;

/// <summary>Runs a runc-style verb, and turns every error into a message, a log line and an exit status, once.</summary>
internal static class DirectVerb
{
    public static Command Create(
        string name,
        string description,
        Symbol[] symbols,
        Func<DirectSession, ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Option option)
            {
                command.Options.Add(option);
            }
            else
            {
                command.Arguments.Add((Argument)symbol);
            }
        }

        command.SetAction((parsed, cancel) => GuardAsync(name, parsed, run, cancel));
        return command;
    }

    public static Argument<string> Id() => new("id") { Description = "container" };

    private static async Task<int> GuardAsync(
        string name,
        ParseResult parsed,
        Func<DirectSession, ParseResult, CancellationToken, Task<int>> run,
        CancellationToken cancel)
    {
        DirectSession? session = null;
        try
        {
            session = DirectSession.From(parsed, DirectProgram.Root);
            session.Log.Debug($"{name}: begins");
            int status = await run(session, parsed, cancel);
            session.Log.Debug($"{name}: ends with {status}");
            return status;
        }
        catch (RpcException error)
        {
            if (Log(session, RuncWords.Of(error)))
            {
                ErrorReport.Write(name, RuncWords.Translate(error), json: false);
            }

            return ExitStatus.OfRuncStyle(name);
        }
        catch (CliException error)
        {
            Tell(session, name, error.Message);
            return error.Status > 128 ? error.Status : ExitStatus.OfRuncStyle(name);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Our reader went away, or a file we were told to write cannot be written.
            Tell(session, name, error.Message);
            return ExitStatus.OfRuncStyle(name);
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    private static void Tell(DirectSession? session, string verb, string message)
    {
        if (Log(session, message))
        {
            ErrorReport.Write(verb, message, json: false);
        }
    }

    private static bool Log(DirectSession? session, string message)
    {
        try
        {
            return session?.Log.Error(message) ?? true;
        }
        catch (CliException)
        {
            // The log's file cannot be written any more: standard error has it.
            return true;
        }
    }
}
