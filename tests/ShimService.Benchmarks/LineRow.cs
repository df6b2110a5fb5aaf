using System.Diagnostics;
using System.Globalization;

namespace ShimService.Benchmarks;

/// <summary>A program that takes an id a line and answers nanoseconds a line: limit.c and spawn.c.</summary>
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

    public async Task<long> LaunchAsync(string id, CancellationToken cancel)
    {
        await _process.StandardInput.WriteLineAsync(id.AsMemory(), cancel);
        await _process.StandardInput.FlushAsync(cancel);
        string? answer = await _process.StandardOutput.ReadLineAsync(cancel);
        return answer is null
            ? throw new InvalidOperationException($"{Name}: ended at {id}; see above")
            : long.Parse(answer, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
