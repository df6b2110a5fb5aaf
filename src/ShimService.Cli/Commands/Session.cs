using ShimService.Cli.Client;
using ShimService.Cli.Output;

namespace ShimService.Cli.Commands;

/// <summary>What a verb works with: the daemon and our output.</summary>
internal sealed record Session(DaemonClient Daemon, OutputWriter Output);
