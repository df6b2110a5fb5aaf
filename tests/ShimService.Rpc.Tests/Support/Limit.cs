namespace ShimService.Rpc.Tests.Support;

/// <summary>Every wait of a test has one.</summary>
internal static class Limit
{
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(60);

    public static Task InTime(this Task task) => task.WaitAsync(Time);

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Time);

    public static CancellationToken Token() => new CancellationTokenSource(Time).Token;
}
