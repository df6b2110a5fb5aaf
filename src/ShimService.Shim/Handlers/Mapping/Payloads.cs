using Google.Protobuf.WellKnownTypes;
using ShimService.Tasks.Errors;

namespace ShimService.Shim.Handlers.Mapping;

/// <summary>Any values that hold the JSON of an OCI type. Source: containerd typeurl v2.</summary>
internal static class Payloads
{
    private const string Prefix = "types.containerd.io/opencontainers/runtime-spec/1/";

    /// <summary>The JSON. Errors: InvalidArgument when it is not there, or of another type.</summary>
    public static ReadOnlyMemory<byte> Json(Any? value, string type, string field)
    {
        if (value is null || value.Value.IsEmpty)
        {
            throw Invalid(field, $"{field} is empty: it has to hold the JSON of an OCI {type}");
        }

        // Callers put a host in front of the type, or nothing.
        var name = value.TypeUrl;
        return name.EndsWith(Prefix + type, StringComparison.Ordinal)
            ? value.Value.Memory
            : throw Invalid(field, $"{field} is of type \"{name}\": it has to be {Prefix}{type}");
    }

    private static TaskException Invalid(string field, string message) =>
        new(ErrorKind.InvalidArgument, ErrorReason.InvalidArgument, message) { Field = field };
}
