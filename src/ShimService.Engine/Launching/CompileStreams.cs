using ShimService.Engine.Compile.Input;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Launching;

/// <summary>What a plan must know of a process's streams.</summary>
internal static class CompileStreams
{
    /// <summary>Those at which /dev/null is put: an empty URI, without a terminal. A logger takes stderr with stdout.</summary>
    public static StdioStreams Null(StdioRequest stdio) => stdio.Terminal
        ? StdioStreams.None
        : (stdio.Stdin.Length == 0 ? StdioStreams.Stdin : StdioStreams.None)
            | (stdio.Stdout.Length == 0 ? StdioStreams.Stdout : StdioStreams.None)
            | (stdio.Stderr.Length == 0 && !stdio.Stdout.StartsWith("binary", StringComparison.Ordinal)
                ? StdioStreams.Stderr : StdioStreams.None);
}
