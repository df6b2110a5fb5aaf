using ShimService.Oci.Build;

namespace ShimService.Oci.Tests.Build;

internal sealed record GoldenConfig(string Name, string Rule, ContainerConfig Config);
