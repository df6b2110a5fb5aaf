namespace ShimService.Shim.CommandLine;

/// <summary>The action word of the command line; Serve is none.</summary>
internal enum ShimAction
{
    Serve,
    Start,
    Delete,
    Info,
    Version,
}
