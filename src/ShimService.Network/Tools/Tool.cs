using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ShimService.Network.Errors;

namespace ShimService.Network.Tools;

/// <summary>
/// Runs nft and the plugins. System.Diagnostics.Process is right here: the daemon is nobody's reaper, and a tool is
/// gone within milliseconds.
/// </summary>
internal static class Tool
{
    /// <summary>Errors: TaskException when it cannot be run, or does not end within the limit.</summary>
    /// <param name="package">Where it comes from, for the message.</param>
    public static async Task<ToolResult> RunAsync(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment, string input,
        string package, TimeSpan limit)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("NOTIFY_SOCKET");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Start(start, package);
        using var limited = new CancellationTokenSource(limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limited.Token);
            var complaint = process.StandardError.ReadToEndAsync(limited.Token);
            await WriteAsync(process, input, limited.Token);
            await process.WaitForExitAsync(limited.Token);
            return new ToolResult(process.ExitCode, await output, (await complaint).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw NetworkErrors.Failed($"run {program}", string.Create(CultureInfo.InvariantCulture,
                $"{program} did not end within {limit.TotalSeconds} s"));
        }
    }

    private static Process Start(ProcessStartInfo start, string package)
    {
        try
        {
            return Process.Start(start) ?? throw NetworkErrors.Failed("run", $"{start.FileName} did not start");
        }
        catch (Win32Exception error)
        {
            throw NetworkErrors.Failed(
                $"run {start.FileName}", $"{start.FileName} cannot be run: {error.Message} — install the package {package}",
                $"install the package {package}", error);
        }
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken cancel)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its status and its complaint say why.
        }
    }
}
