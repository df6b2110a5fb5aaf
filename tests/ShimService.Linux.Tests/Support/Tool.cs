using System.Diagnostics;

namespace ShimService.Linux.Tests.Support;

/// <summary>Runs compilers and the like. They end before the test launches anything of its own.</summary>
public static class Tool
{
    public static string Run(string program, params string[] args)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, args) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(60_000), $"{program} did not end");
        Assert.True(process.ExitCode == 0, $"{program}: {errors.Result}");
        return output;
    }
}
