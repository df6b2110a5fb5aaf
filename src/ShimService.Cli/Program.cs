using System.CommandLine;
using ShimService.Cli;
using ShimService.Cli.Arguments;
using ShimService.Cli.Commands;

var root = new RootCommand("shimctl drives ShimService: containers over gRPC, or on bundles without a daemon (--root).")
{
    CommonOptions.Socket,
    CommonOptions.Json,
    CommonOptions.Root,
    CommonOptions.Log,
    CommonOptions.LogFormat,
    CommonOptions.Debug,
    RunCommand.Create(),
    CreateCommand.Create(),
    StartCommand.Create(),
    ExecCommand.Create(),
    AttachCommand.Create(),
    LogsCommand.Create(),
    PsCommand.Create(),
    ListCommand.Create(),
    InspectCommand.Create(),
    StateCommand.Create(),
    StatsCommand.Create(),
    TopCommand.Create(),
    PauseCommand.Create(),
    ResumeCommand.Create(),
    UpdateCommand.Create(),
    KillCommand.Create(),
    StopCommand.Create(),
    WaitCommand.Create(),
    DeleteCommand.Create(),
    NetworkCommand.Create(),
    EventsCommand.Create(),
    ExplainCommand.Create(),
    InfoCommand.Create(),
    VersionCommand.Create(),
};

ParseResult parsed;
try
{
    parsed = root.Parse(CommandWords.Separate(root, args));
}
catch (CliException error)
{
    Console.Error.WriteLine("shimctl: " + error.Message);
    return error.Status;
}

if (parsed.Errors.Count > 0 && parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
{
    // Not the library's own report: it prints the whole help and exits with a container's status.
    // A mistyped verb counts as two faults there, the first of them "no verb".
    bool mistypedVerb = parsed.CommandResult.Command == root && parsed.UnmatchedTokens.Count > 0;
    foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors.Skip(mistypedVerb ? 1 : 0))
    {
        // Without the name of the .NET type it should have been.
        Console.Error.WriteLine("shimctl: " + error.Message.Split(" as expected type ")[0]);
    }

    Command verb = parsed.CommandResult.Command;
    Console.Error.WriteLine(verb == root ? "try: shimctl --help" : $"try: shimctl {verb.Name} --help");
    return parsed.GetValue(CommonOptions.Root) is null ? ExitStatus.Ours : ExitStatus.RuncStyle;
}

// No handler of the library's for signals and exceptions: run forwards the signals, Verb reports every error.
return await parsed.InvokeAsync(new InvocationConfiguration
{
    ProcessTerminationTimeout = null,
    EnableDefaultExceptionHandler = false,
});
