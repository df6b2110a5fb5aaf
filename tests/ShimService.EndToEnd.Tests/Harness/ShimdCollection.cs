namespace ShimService.EndToEnd.Tests.Harness;

/// <summary>The tests that share one shimd.</summary>
[CollectionDefinition(Name)]
public sealed class ShimdCollection : ICollectionFixture<ShimdFixture>
{
    public const string Name = "shimd";
}
