using System.CommandLine;
using ShimService.Cli.Arguments;

namespace ShimService.Cli.Direct;

/// <summary>What exec takes, by runc's names.</summary>
internal sealed class DirectExecOptions
{
    public Argument<string> Id { get; } = DirectVerb.Id();

    public Argument<string[]> Command { get; } = new("command")
    {
        Description = "program and arguments", Arity = ArgumentArity.ZeroOrMore,
    };

    public Option<string?> Process { get; } =
        ContainerOptions.Text("--process", "FILE", "an OCI process as JSON, instead of a command", "-p");

    public Option<string?> Cwd { get; } = ContainerOptions.Text("--cwd", "DIR", "working directory");

    public Option<string[]> Env { get; } = ContainerOptions.Many("--env", "NAME=VALUE", "environment variable", "-e");

    public Option<bool> Terminal { get; } = new("--tty", "-t") { Description = "give it a terminal" };

    public Option<string?> User { get; } = ContainerOptions.Text("--user", "UID[:GID]", "user and group", "-u");

    public Option<uint[]> Groups { get; } = new("--additional-gids", "-g")
    {
        Description = "one more group", HelpName = "GID", Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    public Option<bool> Detach { get; } = new("--detach", "-d") { Description = "leave it running" };

    public Option<string?> PidFile { get; } = ContainerOptions.Text("--pid-file", "FILE", "write its pid there");

    public Option<string?> ProcessLabel { get; } =
        ContainerOptions.Text("--process-label", "LABEL", "SELinux label");

    public Option<string?> Apparmor { get; } = ContainerOptions.Text("--apparmor", "PROFILE", "AppArmor profile");

    public Option<bool> NoNewPrivileges { get; } =
        new("--no-new-privs") { Description = "its programs gain no privileges" };

    public Option<string[]> Capabilities { get; } =
        ContainerOptions.Many("--cap", "NAME", "capability on top of the container's", "-c");

    public Option<string?> ConsoleSocket { get; } =
        ContainerOptions.Text("--console-socket", "PATH", "send the terminal's master there");

    public Option<int> PreserveFds { get; } = DirectStdio.PreserveFds();

    public Symbol[] Symbols =>
    [
        Id, Command, Process, Cwd, Env, Terminal, User, Groups, Detach, PidFile, ProcessLabel, Apparmor, NoNewPrivileges,
        Capabilities, ConsoleSocket, PreserveFds,
    ];

    public DirectExecRequest Read(ParseResult parsed)
    {
        var request = new DirectExecRequest
        {
            Id = parsed.GetValue(Id)!,
            Args = parsed.GetValue(Command) ?? [],
            Env = parsed.GetValue(Env) ?? [],
            Cwd = parsed.GetValue(Cwd),
            User = parsed.GetValue(User),
            Groups = parsed.GetValue(Groups) ?? [],
            ProcessFile = parsed.GetValue(Process),
            ProcessLabel = parsed.GetValue(ProcessLabel),
            Apparmor = parsed.GetValue(Apparmor),
            NoNewPrivileges = parsed.GetValue(NoNewPrivileges),
            Capabilities = parsed.GetValue(Capabilities) ?? [],
            Terminal = parsed.GetValue(Terminal),
            Mode = parsed.GetValue(Detach) ? LaunchMode.Detached : LaunchMode.Attached,
            PidFile = parsed.GetValue(PidFile),
            ConsoleSocket = parsed.GetValue(ConsoleSocket),
            PreserveFds = parsed.GetValue(PreserveFds),
        };
        if (request is { ProcessFile: null, Args.Length: 0 })
        {
            throw new CliException("say what to run: exec ID COMMAND…, or exec --process FILE ID", ExitStatus.RuncStyle);
        }

        return request.ProcessFile is { } file ? request with { Terminal = ExecProcess.WantsTerminal(file) || request.Terminal } : request;
    }
}
