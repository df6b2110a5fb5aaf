using System.Diagnostics;
using System.Globalization;
using ShimService.Linux.Seccomp;

namespace ShimService.Linux.Tests.Seccomp;

/// <summary>
/// The kernel itself takes the program and does what our evaluator says. load.c is compiled by the test.
/// </summary>
public sealed class SeccompLoadTests : IDisposable
{
    private const int SIGSYS = 31;

    private readonly string _directory = Directory.CreateTempSubdirectory("seccomp-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [CompilerFact]
    public async Task Load_WhenCallsAreDeniedAndNewer_ThenTheKernelAnswersAsEvaluated()
    {
        SeccompProfile profile = new(SeccompVerdict.Allow,
        [
            new SeccompRule(["getcwd"], SeccompVerdict.Errno(77), []),
            new SeccompRule(["dup"], SeccompVerdict.Errno(78), [new(0, SeccompComparison.GreaterThan, 5)]),
            new SeccompRule(["umask"], SeccompVerdict.Errno(79), [new(0, SeccompComparison.MaskedEqual, 6, 2)]),
        ]);

        (int status, string output) = await RunAsync(profile, ("getcwd", 0), ("dup", 5), ("dup", 9), ("umask", 3),
            ("umask", 5));

        Assert.Equal(0, status);
        Assert.Equal([77, 9, 78, 79, 0], Errors(output));
    }

    [CompilerFact]
    public async Task Load_WhenTheProfileIsAnAllowList_ThenNewerCallsAnswerEnosys()
    {
        SeccompProfile profile = new(SeccompVerdict.Errno(1),
            [new SeccompRule(["write", "exit_group", "getpid", "futex"], SeccompVerdict.Allow, [])]);

        (int status, string output) = await RunAsync(profile, ("getpid", 0), ("getcwd", 0), ("clone3", 0));

        Assert.Equal(0, status);
        Assert.Equal([0, 1, 38], Errors(output));
    }

    [CompilerFact]
    public async Task Load_WhenTheVerdictIsToKill_ThenTheProcessDiesOfSigsys()
    {
        SeccompProfile profile = new(SeccompVerdict.Allow,
            [new SeccompRule(["getcwd"], SeccompVerdict.KillProcess, [])]);

        (int status, string output) = await RunAsync(profile, ("getpid", 0), ("getcwd", 0));

        Assert.Equal(128 + SIGSYS, status);
        Assert.Single(Errors(output));
    }

    private static int[] Errors(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => int.Parse(line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture))];

    private static async Task<(int Status, string Output)> RunAsync(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return (process.ExitCode, output);
    }

    private async Task<(
        int Status, string Output)> RunAsync(SeccompProfile profile, params (string Name, int First)[] calls)
    {
        string source = Path.Combine(AppContext.BaseDirectory, "Seccomp", "load.c");
        string program = Path.Combine(_directory, "load");
        string filter = Path.Combine(_directory, "filter");
        Assert.Equal(0, (await RunAsync("gcc", ["-O1", "-o", program, source])).Status);
        await File.WriteAllBytesAsync(filter, SeccompCompiler.Compile(profile).Instructions.ToArray());
        return await RunAsync(program, [filter, .. calls.Select(call =>
            $"{SyscallNumbers.Find(call.Name, SeccompArchitectures.Native)}:{call.First}")]);
    }
}
