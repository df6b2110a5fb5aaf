using ShimService.Contracts.Google.Rpc;
using ShimService.Rpc;

namespace ShimService.Cli.Direct;

/// <summary>
/// Refusals for the container's state in the words that callers of runc look for. Everything else is told as the shim
/// tells it. Pure. Source: runc 1.4 tests/integration and libcontainer's error texts.
/// </summary>
internal static class RuncWords
{
    public static string Of(RpcException error)
    {
        ErrorInfo? info = error.Detail("google.rpc.ErrorInfo", ErrorInfo.Parser);
        string state = Value(info, "state");
        return (info?.Reason ?? "", Value(info, "verb"), state) switch
        {
            ("WRONG_STATE" or "PROCESS_GONE", "start", "STOPPED") => "cannot start a container that has stopped",
            ("WRONG_STATE", "start", "RUNNING") => "cannot start an already running container",
            ("WRONG_STATE", "start", "PAUSED") => "cannot start a container in the paused state",
            ("WRONG_STATE" or "PROCESS_GONE", "kill", "STOPPED") => "container not running",
            ("WRONG_STATE" or "PROCESS_GONE", "exec", "STOPPED") => "cannot exec in a stopped container",
            ("WRONG_STATE", "exec", "PAUSED") => "cannot exec in a paused container (use --ignore-paused to override)",
            ("WRONG_STATE" or "PROCESS_GONE", "pause", _) =>
                $"container not running or created: {state.ToLowerInvariant()}",
            ("WRONG_STATE" or "PROCESS_GONE", "resume", _) => "container not paused",
            ("UNKNOWN_TASK", _, _) => "container does not exist",
            _ => error.Message,
        };
    }

    /// <summary>The same error with these words in front of its own.</summary>
    public static RpcException Translate(RpcException error) =>
        Of(error) is { } words && words != error.Message
            ? new RpcException(error.Code, $"{words}: {error.Message}", null, error)
            : error;

    private static string Value(ErrorInfo? info, string name) =>
        info is not null && info.Metadata.TryGetValue(name, out string? value) ? value : "";
}
