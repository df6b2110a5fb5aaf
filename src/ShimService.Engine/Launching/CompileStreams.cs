using ShimService.Engine.Compile.Input;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Launching;

/// <summary>What a plan must know of a process's streams.</summary>
internal static class CompileStreams
{
    /// <summary>
    /// Those at which /dev/null is put: an empty URI, without a terminal. A logger takes stderr with stdout.
    /// </summary>
    public static StdioStreams Null(StdioRequest stdio) => stdio.Terminal
        ? StdioStreams.None
        : (stdio.Stdin.Length == 0 ? StdioStreams.Stdin : StdioStreams.None)
            | (stdio.Stdout.Length == 0 ? StdioStreams.Stdout : StdioStreams.None)
            | (stdio.Stderr.Length == 0 && !stdio.Stdout.StartsWith("binary", StringComparison.Ordinal)
                ? StdioStreams.Stderr : StdioStreams.None);

    /// <summary>Errors: SpecException for a terminal that nobody has asked to hold.</summary>
    public static void CheckTerminal(ProcessSpec process, StdioRequest stdio)
    {
        if (process.Terminal && !stdio.Terminal)
        {
            throw new SpecException(
                "process.terminal", "is true, and the request is for streams: ask for a terminal there too");
        }
    }
}
