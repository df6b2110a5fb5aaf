using System.CommandLine;
using System.Text.Json;
using ShimService.Cli.Arguments;
using ShimService.Cli.Terminal;

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

    public Option<string?> PidfdSocket { get; } =
        ContainerOptions.Text("--pidfd-socket", "PATH", "send a pidfd of it there");

    public Option<bool> IgnorePaused { get; } =
        new("--ignore-paused") { Description = "in a paused container: wait until it is resumed" };

    public Option<int> PreserveFds { get; } = DirectStdio.PreserveFds();

    public Symbol[] Symbols =>
    [
        Id, Command, Process, Cwd, Env, Terminal, User, Groups, Detach, PidFile, ProcessLabel, Apparmor,
        NoNewPrivileges, Capabilities, ConsoleSocket, PidfdSocket, IgnorePaused, PreserveFds,
    ];

    public DirectExecRequest Read(ParseResult parsed)
    {
        string? file = parsed.GetValue(Process);
        string[] args = parsed.GetValue(Command) ?? [];
        if (file is null && args.Length == 0)
        {
            throw new CliException(
                "say what to run: exec ID COMMAND…, or exec --process FILE ID", ExitStatus.RuncStyle);
        }

        byte[]? process = file is null ? null : ReadOnce(file);
        return new DirectExecRequest
        {
            Id = parsed.GetValue(Id)!,
            Args = args,
            Env = parsed.GetValue(Env) ?? [],
            Cwd = parsed.GetValue(Cwd),
            User = parsed.GetValue(User),
            Groups = parsed.GetValue(Groups) ?? [],
            Process = process,
            ProcessLabel = parsed.GetValue(ProcessLabel),
            Apparmor = parsed.GetValue(Apparmor),
            NoNewPrivileges = parsed.GetValue(NoNewPrivileges),
            Capabilities = parsed.GetValue(Capabilities) ?? [],
            Terminal = process is null ? parsed.GetValue(Terminal) : WantsTerminal(process, file!),
            Size = TerminalSize.Of(0) ?? TerminalSize.Of(1),
            Mode = parsed.GetValue(Detach) ? LaunchMode.Detached : LaunchMode.Attached,
            PidFile = parsed.GetValue(PidFile),
            ConsoleSocket = parsed.GetValue(ConsoleSocket),
            PidfdSocket = parsed.GetValue(PidfdSocket),
            IgnorePaused = parsed.GetValue(IgnorePaused),
            PreserveFds = parsed.GetValue(PreserveFds),
        };
    }

    // It may be a pipe.
    private static byte[] ReadOnce(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--process {file}: {error.Message}", ExitStatus.RuncStyle, error);
        }
    }

    private static bool WantsTerminal(byte[] process, string file)
    {
        using JsonDocument document = BundleFile.Parse(process, file);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("terminal", out JsonElement terminal)
            && terminal.ValueKind == JsonValueKind.True;
    }
}
