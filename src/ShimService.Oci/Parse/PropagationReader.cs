using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads linux.rootfsPropagation.</summary>
internal static class PropagationReader
{
    internal static RootfsPropagation Read(ref JsonCursor json) => json.Text() switch
    {
        "" => RootfsPropagation.Default,
        "private" => RootfsPropagation.Private,
        "rprivate" => RootfsPropagation.RecursivePrivate,
        "slave" => RootfsPropagation.Slave,
        "rslave" => RootfsPropagation.RecursiveSlave,
        "shared" => RootfsPropagation.Shared,
        "rshared" => RootfsPropagation.RecursiveShared,
        "unbindable" => RootfsPropagation.Unbindable,
        "runbindable" => RootfsPropagation.RecursiveUnbindable,
        _ => throw json.Fault("must be shared, slave, private, unbindable, or one of these with an r before it"),
    };
}
