namespace ShimService.Benchmarks;

/// <summary>One way to launch the benchmark's container, or to execute something in one.</summary>
internal interface IRow : IAsyncDisposable
{
    string Name { get; }

    /// <summary>What its time holds.</summary>
    string Holds { get; }

    /// <summary>One launch from nothing to nothing. <paramref name="id"/> is new.</summary>
    /// <returns>Nanoseconds.</returns>
    Task<long> LaunchAsync(string id, CancellationToken cancel);
}
