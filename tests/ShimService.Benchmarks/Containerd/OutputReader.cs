using System.Diagnostics;

namespace ShimService.Benchmarks.Containerd;

/// <summary>The reader at the far end of a fifo, as a client of containerd is one.</summary>
internal static class OutputReader
{
    public static string Fifo(string path)
    {
        using Process process = Process.Start("mkfifo", path);
        process.WaitForExit();
        return process.ExitCode == 0 ? path : throw new InvalidOperationException($"mkfifo {path}: {process.ExitCode}");
    }

    /// <returns>Megabytes a second, from the first byte to the last.</returns>
    public static Task<double> ReadAsync(string fifo, long bytes) => Task.Factory.StartNew(
        () =>
        {
            using var stream = new FileStream(fifo, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var buffer = new byte[1 << 20];
            long total = stream.Read(buffer);
            long began = Stopwatch.GetTimestamp();
            while (stream.Read(buffer) is > 0 and int read)
            {
                total += read;
            }

            return total == bytes
                ? (bytes >> 20) / Stopwatch.GetElapsedTime(began).TotalSeconds
                : throw new InvalidOperationException($"{total} bytes arrived, not {bytes}");
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>The same reader with the program at the other end of the fifo itself: no shim.</summary>
    public static async Task<double> LimitAsync(string work, int megabytes)
    {
        string fifo = Fifo(Path.Combine(work, "limit.fifo"));
        Task<double> reading = ReadAsync(fifo, (long)megabytes << 20);
        using Process writer = Process.Start(
            "busybox", ["dd", "if=/dev/zero", "of=" + fifo, "bs=1M", "conv=notrunc", "status=none", $"count={megabytes}"]);
        double speed = await reading;
        await writer.WaitForExitAsync();
        File.Delete(fifo);
        return speed;
    }
}
