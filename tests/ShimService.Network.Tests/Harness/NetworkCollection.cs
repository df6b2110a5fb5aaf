namespace ShimService.Network.Tests.Harness;

/// <summary>The tests that share one daemon.</summary>
[CollectionDefinition(Name)]
public sealed class NetworkCollection : ICollectionFixture<NetworkFixture>
{
    public const string Name = "network";
}
