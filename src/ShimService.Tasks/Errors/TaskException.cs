namespace ShimService.Tasks.Errors;

/// <summary>
/// The one exception that crosses from the domain and the engine to the RPC edge. The message is for people and
/// names the step or the field, the value and the way out; the properties say the same to programs.
/// </summary>
public sealed class TaskException : Exception
{
    public TaskException(ErrorKind kind, ErrorReason reason, string message, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
        Reason = reason;
    }

    public ErrorKind Kind { get; }

    public ErrorReason Reason { get; }

    /// <summary>The request or spec field at fault, in the words of the caller ("linux.namespaces[2].path").</summary>
    public string? Field { get; init; }

    /// <summary>
    /// With <see cref="ErrorReason.WrongState"/>: what was refused, with its id ("container \"c1\"").
    /// </summary>
    public string? Subject { get; init; }

    /// <summary>With <see cref="ErrorReason.WrongState"/>: the state the task is in, in upper case.</summary>
    public string? State { get; init; }

    /// <summary>With <see cref="ErrorReason.WrongState"/>: the verb that was refused.</summary>
    public string? Verb { get; init; }

    /// <summary>With <see cref="ErrorReason.LaunchFailed"/>: the step of the launch plan.</summary>
    public string? Step { get; init; }

    /// <summary>The kernel's answer by name ("ENOENT"), where it was the kernel that refused.</summary>
    public string? Errno { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Hint { get; init; }
}
