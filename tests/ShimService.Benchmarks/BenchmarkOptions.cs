namespace ShimService.Benchmarks;

/// <summary>
/// What bench.sh hands over: directories and the daemon's socket, and how many launches of each row count.
/// </summary>
internal sealed record BenchmarkOptions(string Binaries, string Work, string Rootfs, string Socket, int Rounds)
{
    public const int WarmUp = 20;
    public const int IdleContainers = 20;
}
