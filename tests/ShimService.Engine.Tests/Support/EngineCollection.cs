namespace ShimService.Engine.Tests.Support;

/// <summary>Tests that launch: one after another, on the one engine.</summary>
[CollectionDefinition(Name)]
public sealed class EngineCollection : ICollectionFixture<SharedEngine>
{
    public const string Name = "engine";
}
