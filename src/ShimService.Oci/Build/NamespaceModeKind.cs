namespace ShimService.Oci.Build;

internal enum NamespaceModeKind
{
    Private,
    Host,
    Path,
    Container,
    Shareable,
    None,
}
