using System.CommandLine;
using ShimService.Cli;
using ShimService.Cli.Arguments;
using ShimService.Cli.Commands;
using ShimService.Cli.Direct;

if (DirectOptions.RootOf(args) is { } directory)
{
    return await DirectProgram.RunAsync(args, directory);
}

var root = new RootCommand("shimctl drives ShimService: containers over gRPC, or on bundles without a daemon (--root).")
{
    CommonOptions.Socket,
    CommonOptions.Json,
    CommonOptions.Root,
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
    VolumeCommand.Create(),
    EventsCommand.Create(),
    ExplainCommand.Create(),
    FeaturesCommand.Create(),
    InfoCommand.Create(),
    VersionCommand.Create(),
};

return await CommandRunner.RunAsync(root, args, ["run", "create", "exec", "explain"], _ => ExitStatus.Ours);
