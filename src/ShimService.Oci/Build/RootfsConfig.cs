namespace ShimService.Oci.Build;

/// <summary>The directory that holds the root filesystem.</summary>
public sealed record RootfsConfig(string Path, bool Readonly = false);
