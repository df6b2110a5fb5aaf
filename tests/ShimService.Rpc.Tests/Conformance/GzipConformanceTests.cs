namespace ShimService.Rpc.Tests.Conformance;

/// <summary>Everything once more with packed messages, both ways.</summary>
public sealed class GzipConformanceTests : GrpcConformanceTests
{
    private protected override GrpcChannelOptions Options => new() { Gzip = true };
}
