using ShimService.Linux.Errors;
using ShimService.Tasks.Errors;

namespace ShimService.Network.Errors;

/// <summary>The errors of this project, made in one place; the kernel's become the domain's here.</summary>
internal static class NetworkErrors
{
    public static TaskException Invalid(string field, string message) =>
        new(ErrorKind.InvalidArgument, ErrorReason.InvalidArgument, $"{field}: {message}") { Field = field };

    public static TaskException Unknown(string name) => new(
        ErrorKind.NotFound, ErrorReason.UnknownNetwork, $"there is no network {name}; make it, or use \"bridge\"");

    public static TaskException Exists(string name) => new(
        ErrorKind.AlreadyExists, ErrorReason.NetworkExists, $"network {name} exists; delete it, or choose another name");

    public static TaskException NotConnected(string container, string network) => new(
        ErrorKind.NotFound, ErrorReason.UnknownEndpoint, $"container {container} is not on network {network}");

    public static TaskException Connected(string container, string network) => new(
        ErrorKind.AlreadyExists, ErrorReason.EndpointExists, $"container {container} is on network {network} already");

    public static TaskException InUse(string subject, string message) =>
        new(ErrorKind.FailedPrecondition, ErrorReason.NetworkInUse, message) { Subject = subject };

    public static TaskException NotAsMade(string container, string message) =>
        new(ErrorKind.FailedPrecondition, ErrorReason.NetworkFailed, $"container {container}: {message}")
        {
            Subject = $"container {container}",
            Hint = "disconnect it and connect it again",
        };

    public static TaskException Taken(string message) =>
        new(ErrorKind.AlreadyExists, ErrorReason.AddressInUse, message);

    public static TaskException Exhausted(string message) =>
        new(ErrorKind.ResourceExhausted, ErrorReason.AddressInUse, message);

    public static TaskException Failed(string step, string message, string? hint = null, Exception? inner = null) =>
        new(ErrorKind.Internal, ErrorReason.NetworkFailed, message, inner) { Step = step, Hint = hint };

    public static TaskException Of(KernelException error, string subject) => new(
        error.Errno switch
        {
            Errno.EPERM or Errno.EACCES => ErrorKind.PermissionDenied,
            Errno.EOPNOTSUPP or Errno.EAFNOSUPPORT => ErrorKind.FailedPrecondition,
            _ => ErrorKind.Internal,
        },
        ErrorReason.NetworkFailed, $"{subject}: {error.Message}", error)
    {
        Step = error.Call,
        Errno = error.Errno.ToString(),
        Hint = error.Hint,
        Subject = subject,
    };
}
