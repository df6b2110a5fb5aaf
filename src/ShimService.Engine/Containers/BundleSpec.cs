using ShimService.Engine.Launching;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Containers;

/// <summary>A bundle's config.json.</summary>
internal static class BundleSpec
{
    private const int LargestConfig = 16 << 20;

    /// <summary>Errors: InvalidArgument with the field.</summary>
    public static Spec Read(string bundle)
    {
        var path = Path.Join(bundle, "config.json");
        try
        {
            var spec = Spec.Parse(Files.ReadBytes(path, LargestConfig));
            return spec.Process is not null && spec.Root is not null ? spec : throw Incomplete(spec);
        }
        catch (SpecException exception)
        {
            throw LaunchErrors.From(exception);
        }
        catch (KernelException exception)
        {
            throw Unreadable(exception.Errno == Errno.EFBIG
                ? $"{path}: larger than {LargestConfig >> 20} MiB"
                : $"{path} cannot be read: {exception.Errno}", exception);
        }
    }

    private static TaskException Unreadable(string message, Exception? inner) =>
        new(ErrorKind.InvalidArgument, ErrorReason.InvalidArgument, $"bundle: {message}", inner) { Field = "bundle" };

    private static TaskException Incomplete(Spec spec)
    {
        var field = spec.Root is null ? "root" : "process";
        return new TaskException(ErrorKind.InvalidArgument, ErrorReason.InvalidSpec,
            $"{field}: missing; a container that is to be started needs it")
        {
            Field = field,
        };
    }
}
