using System.CommandLine;

namespace ShimService.Cli.Arguments;

/// <summary>The options that describe one more process in a container.</summary>
internal sealed class ExecOptions
{
    public Argument<string> Id { get; } = new("id") { Description = "container" };

    public Argument<string[]> Command { get; } = new("command")
    {
        Description = "program and arguments", Arity = ArgumentArity.ZeroOrMore,
    };

    public Option<string?> ExecId { get; } = ContainerOptions.Text("--exec-id", "EXEC", "its id; made up when absent");

    public Option<bool> Terminal { get; } = new("--tty", "-t") { Description = "give it a terminal" };

    public Option<bool> Interactive { get; } = new("--interactive", "-i") { Description = "keep its stdin open" };

    public Option<bool> Detach { get; } = new("--detach", "-d") { Description = "leave it running, print its exec id" };

    public Option<string[]> Env { get; } = ContainerOptions.Many("--env", "NAME=VALUE", "environment variable", "-e");

    public Option<string?> Cwd { get; } = ContainerOptions.Text("--cwd", "DIR", "working directory", "-w", "--workdir");

    public Option<string?> User { get; } = ContainerOptions.Text("--user", "UID[:GID]", "user and group", "-u");

    public Option<string?> PidFile { get; } = ContainerOptions.Text("--pid-file", "FILE", "write its pid there");

    public IEnumerable<Symbol> Symbols =>
        [Id, Command, ExecId, Terminal, Interactive, Detach, Env, Cwd, User, PidFile];
}
