namespace ShimService.Linux.Tests.Support;

/// <summary>A directory of the test's own, removed with everything in it.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("shimservice-linux-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
