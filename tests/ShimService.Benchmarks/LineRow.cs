using System.Diagnostics;
using System.Globalization;

namespace ShimService.Benchmarks;

/// <summary>
/// A program that takes an id a line and answers nanoseconds a line, those of its parts behind: limit.c, spawn.c,
/// calls.c.
/// </summary>
internal sealed class LineRow : IRow
{
    private readonly Process _process;

    public LineRow(string name, string holds, string program, params string[] arguments)
    {
        Name = name;
        Holds = holds;
        _process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public string Name { get; }

    public string Holds { get; }

    /// <summary>How long each part took, warm-up included; by the names given, in the program's order.</summary>
    public Dictionary<string, Measurements> Parts { get; } = [];

    public IReadOnlyList<string> PartNames { get; init; } = [];

    public async Task<long> LaunchAsync(string id, CancellationToken cancel)
    {
        await _process.StandardInput.WriteLineAsync(id.AsMemory(), cancel);
        await _process.StandardInput.FlushAsync(cancel);
        string? answer = await _process.StandardOutput.ReadLineAsync(cancel);
        if (answer is null)
        {
            throw new InvalidOperationException($"{Name}: ended at {id}; see above");
        }

        long[] times = [.. answer.Split(' ').Select(time => long.Parse(time, CultureInfo.InvariantCulture))];
        for (int i = 0; i < PartNames.Count; i++)
        {
            if (!Parts.TryGetValue(PartNames[i], out Measurements? part))
            {
                part = Parts[PartNames[i]] = new Measurements();
            }

            part.Add(times[i + 1]);
        }

        return times[0];
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
