namespace ShimService.TestSupport;

/// <summary>Waits for what the kernel gives no event for, with a limit.</summary>
internal static class Eventually
{
    public static async Task BecomesAsync<T>(T wanted, Func<Task<T>> look, string what, TimeSpan? limit = null)
    {
        using var over = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(15));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        T found = await look();
        while (!EqualityComparer<T>.Default.Equals(found, wanted))
        {
            try
            {
                await tick.WaitForNextTickAsync(over.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"{what}: still {found}, not {wanted}");
            }

            found = await look();
        }
    }

    public static Task BecomesAsync<T>(T wanted, Func<T> look, string what, TimeSpan? limit = null) =>
        BecomesAsync(wanted, () => Task.FromResult(look()), what, limit);
}
