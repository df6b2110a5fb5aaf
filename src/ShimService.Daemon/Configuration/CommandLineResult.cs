namespace ShimService.Daemon.Configuration;

/// <summary>What the command line asks for.</summary>
internal abstract record CommandLineResult
{
    private CommandLineResult()
    {
    }

    internal sealed record Serve(DaemonOptions Options) : CommandLineResult;

    internal sealed record Print(string Text) : CommandLineResult;

    internal sealed record Refuse(string Message) : CommandLineResult;
}
