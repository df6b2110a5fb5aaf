using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Resources;

/// <summary>Errors of limits, in the words of the spec.</summary>
internal static class ResourceRefusal
{
    /// <summary>The host cannot do what the field asks for, whatever its value.</summary>
    public static TaskException HostLacks(string field, string why) =>
        new(ErrorKind.FailedPrecondition, ErrorReason.HostLacks, $"linux.resources.{field}: {why}")
        {
            Field = $"linux.resources.{field}",
        };

    public static TaskException NoController(string field, CgroupControllers controller) =>
        HostLacks(field, $"this host has no {controller} cgroup controller; leave the field out, or mount it");

    public static TaskException Invalid(string field, string why) =>
        new(ErrorKind.InvalidArgument, ErrorReason.InvalidSpec, $"linux.resources.{field}: {why}")
        {
            Field = $"linux.resources.{field}",
        };

    /// <summary>The kernel's answer to a write.</summary>
    public static TaskException Refused(CgroupWrite write, KernelException refused)
    {
        (ErrorKind kind, ErrorReason reason) = refused.Errno switch
        {
            Errno.EINVAL or Errno.ERANGE or Errno.EOVERFLOW or Errno.ENODEV =>
                (ErrorKind.InvalidArgument, ErrorReason.InvalidSpec),
            Errno.EBUSY => (ErrorKind.FailedPrecondition, ErrorReason.Busy),
            Errno.ENOENT or Errno.EOPNOTSUPP => (ErrorKind.FailedPrecondition, ErrorReason.HostLacks),
            Errno.EACCES or Errno.EPERM or Errno.EROFS => (ErrorKind.PermissionDenied, ErrorReason.HostLacks),
            _ => (ErrorKind.Internal, ErrorReason.Internal),
        };
        return new TaskException(kind, reason, $"linux.resources.{write.Field}: {refused.Message}", refused)
        {
            Field = $"linux.resources.{write.Field}",
            Errno = refused.Errno.ToString(),
            Hint = refused.Hint,
        };
    }
}
