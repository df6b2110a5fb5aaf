namespace ShimService.Engine.Tests.Stdio.Support;

/// <summary>Tests that count the process's descriptors, or time it: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ExclusiveCollection
{
    public const string Name = "exclusive";
}
