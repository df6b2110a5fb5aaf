namespace ShimService.Tasks.Ports;

/// <summary>A mount that makes up the rootfs, done below the bundle's rootfs directory before the launch.</summary>
public sealed record RootfsMount(string Type, string Source, string Target, IReadOnlyList<string> Options);
