using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Terminal;

namespace ShimService.Cli.Direct;

/// <summary>What exec --root was asked for.</summary>
internal sealed record DirectExecRequest
{
    public required string Id { get; init; }

    public required string[] Args { get; init; }

    public required string[] Env { get; init; }

    public string? Cwd { get; init; }

    public string? User { get; init; }

    /// <summary>An OCI process as JSON; then Args, Env, Cwd and User are not looked at.</summary>
    public string? ProcessFile { get; init; }

    public bool Terminal { get; init; }

    public bool Detach { get; init; }

    public string? PidFile { get; init; }

    public string? ConsoleSocket { get; init; }

    public static DirectExecRequest From(ExecOptions options, ParseResult parsed)
    {
        var request = new DirectExecRequest
        {
            Id = parsed.GetValue(options.Id)!,
            Args = parsed.GetValue(options.Command) ?? [],
            Env = parsed.GetValue(options.Env) ?? [],
            Cwd = parsed.GetValue(options.Cwd),
            User = parsed.GetValue(options.User),
            ProcessFile = parsed.GetValue(options.Process),
            Terminal = parsed.GetValue(options.Terminal),
            Detach = parsed.GetValue(options.Detach),
            PidFile = parsed.GetValue(options.PidFile),
            ConsoleSocket = parsed.GetValue(options.ConsoleSocket),
        };
        if (request.Terminal && request.ConsoleSocket is null && (request.Detach || !TerminalSize.IsTerminal(0)))
        {
            throw new CliException(
                "cannot allocate tty if shimctl will detach without setting console socket", ExitStatus.RuncStyle);
        }

        return request;
    }
}
