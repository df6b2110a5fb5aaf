using System.Diagnostics;

namespace ShimService.TestSupport;

/// <summary>A program run to its end, with a limit.</summary>
internal sealed record Command(int Status, string Output, string Errors)
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task<Command> RunAsync(string program, params string[] arguments) =>
        RunAsync(program, arguments, input: "", Limit);

    public static async Task<Command> RunAsync(string program, string[] arguments, string input, TimeSpan limit)
    {
        using Process process = Start(program, arguments);
        using var over = new CancellationTokenSource(limit);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(over.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(over.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(over.Token);
            return new Command(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException error)
        {
            process.Kill();
            throw new TimeoutException($"{program} {string.Join(' ', arguments)}: not done after {limit}", error);
        }
    }

    public static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>Fails with what the program said unless it ended with 0.</summary>
    public Command Expect(int status = 0)
    {
        Assert.True(Status == status, $"exit status {Status}, not {status}\n{Output}\n{Errors}");
        return this;
    }
}
