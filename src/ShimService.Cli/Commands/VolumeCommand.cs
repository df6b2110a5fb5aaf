using System.CommandLine;
using ShimService.Cli.Commands.Volumes;

namespace ShimService.Cli.Commands;

/// <summary>volume: directories that outlive containers.</summary>
internal static class VolumeCommand
{
    public static Command Create() => new("volume", "make, show and delete named volumes")
    {
        VolumeCreateCommand.Create(),
        VolumeListCommand.Create(),
        VolumeInspectCommand.Create(),
        VolumeRemoveCommand.Create(),
    };
}
