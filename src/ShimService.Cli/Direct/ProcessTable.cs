using System.Diagnostics;
using System.Globalization;

namespace ShimService.Cli.Direct;

/// <summary>The table of the host's own ps, cut down to some processes.</summary>
internal static class ProcessTable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>What ps prints. Errors: CliException where it cannot run, or says no.</summary>
    public static async Task<string> ReadAsync(string[] options, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("ps", options)
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? output : throw new CliException(
                $"ps {string.Join(' ', options)}: {(await errors).Trim()}", ExitStatus.RuncStyle);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new CliException($"cannot run ps: {error.Message}; --format json needs none", ExitStatus.RuncStyle, error);
        }
    }

    /// <summary>The head line, and the lines of these processes. Pure.</summary>
    /// <exception cref="CliException">The table has no column PID.</exception>
    public static string Only(IReadOnlyCollection<uint> pids, string table)
    {
        string[] lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int column = lines.Length == 0 ? -1 : Array.IndexOf(Cells(lines[0]), "PID");
        if (column < 0)
        {
            throw new CliException("the table of ps has no column PID; leave it in", ExitStatus.RuncStyle);
        }

        IEnumerable<string> kept = lines.Skip(1).Where(line =>
            Cells(line).ElementAtOrDefault(column) is { } cell
            && uint.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out uint pid)
            && pids.Contains(pid));
        return string.Join('\n', kept.Prepend(lines[0])) + "\n";
    }

    private static string[] Cells(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
