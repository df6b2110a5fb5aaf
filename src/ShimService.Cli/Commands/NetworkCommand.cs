using System.CommandLine;
using ShimService.Cli.Commands.Networks;

namespace ShimService.Cli.Commands;

/// <summary>network: what containers are put on.</summary>
internal static class NetworkCommand
{
    public static Command Create() => new("network", "make, show and delete networks; connect containers")
    {
        NetworkCreateCommand.Create(),
        NetworkListCommand.Create(),
        NetworkInspectCommand.Create(),
        NetworkRemoveCommand.Create(),
        NetworkConnectCommand.Create(),
        NetworkDisconnectCommand.Create(),
        NetworkCheckCommand.Create(),
    };
}
