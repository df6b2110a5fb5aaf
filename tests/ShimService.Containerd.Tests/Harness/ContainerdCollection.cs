namespace ShimService.Containerd.Tests.Harness;

/// <summary>The tests that share a containerd of each release.</summary>
[CollectionDefinition(Name)]
public sealed class ContainerdCollection : ICollectionFixture<Daemons>
{
    public const string Name = "containerd";
}
