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
        "shared" or "rshared" or "unbindable" or "runbindable" =>
            throw new SpecException(
                json.Path(), "shared and unbindable are not supported yet", SpecProblem.Unsupported),
        _ => throw json.Fault("must be shared, slave, private, unbindable, or one of these with an r before it"),
    };
}
