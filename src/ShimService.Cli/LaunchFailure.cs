using ShimService.Contracts.Google.Rpc;
using ShimService.Rpc;

namespace ShimService.Cli;

/// <summary>What the server's error details say about a launch: the step, the errno by name, and what to do.</summary>
internal sealed record LaunchFailure(string Step, string Errno, string Hint)
{
    /// <summary>The step that looked for, or ran, the container's own program.</summary>
    public bool AtProgram =>
        Step.StartsWith("execve", StringComparison.Ordinal)
        || Step.StartsWith("execute", StringComparison.Ordinal)
        || Step.StartsWith("find program", StringComparison.Ordinal);

    public static LaunchFailure? Of(RpcException error)
    {
        if (error.Detail("google.rpc.ErrorInfo", ErrorInfo.Parser) is not { } info)
        {
            return null;
        }

        info.Metadata.TryGetValue("step", out string? step);
        info.Metadata.TryGetValue("errno", out string? errno);
        info.Metadata.TryGetValue("hint", out string? hint);
        return step is null && errno is null && hint is null ? null : new(step ?? "", errno ?? "", hint ?? "");
    }
}
