using System.Globalization;
using System.IO.Pipes;
using ShimService.Linux.Launch;

namespace ShimService.Shim.Tests.Real;

/// <summary>
/// The program itself, run as containerd and shimd run it. Not by System.Diagnostics.Process: the engine of the other
/// tests collects every child of this process, and the two end each other.
/// </summary>
internal static class ShimProgram
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "containerd-shim-shimservice-v2");
    private static readonly string[] Needed =
    [
        "PATH=/usr/bin:/bin",
        "DOTNET_ROOT=" + Path.GetFullPath(Path.Combine(
            System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../..")),
    ];

    private static readonly Launcher Launcher = new();

    public static Task<(int Status, byte[] Output, string Errors)> RunAsync(
        string directory, bool forShimd, params string[] arguments) =>
        RunAsync(directory, forShimd ? ["SHIMSERVICE_OWNER=shimd"] : [], [], arguments);

    /// <param name="directory">Where it runs.</param>
    /// <param name="variables">NAME=value, beside what it cannot do without.</param>
    /// <param name="input">Its stdin, up to what fits into a pipe.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Task<(int Status, byte[] Output, string Errors)> RunAsync(
        string directory, IReadOnlyList<string> variables, byte[] input, params string[] arguments) =>
        RunAsync(Program, directory, variables, input, arguments);

    /// <summary>The same, of the program that is published.</summary>
    public static Task<(int Status, byte[] Output, string Errors)> RunNativeAsync(
        string directory, params string[] arguments) => RunAsync(
            Path.Combine(Environment.GetEnvironmentVariable("SHIMSERVICE_BIN")!, Path.GetFileName(Program)),
            directory, ["SHIMSERVICE_OWNER=shimd"], [], arguments);

    private static async Task<(int Status, byte[] Output, string Errors)> RunAsync(
        string program, string directory, IReadOnlyList<string> variables, byte[] input, string[] arguments)
    {
        using var stdin = new AnonymousPipeServerStream(PipeDirection.Out);
        using var output = new AnonymousPipeServerStream(PipeDirection.In);
        using var errors = new AnonymousPipeServerStream(PipeDirection.In);
        using var status = new AnonymousPipeServerStream(PipeDirection.In);

        // The shell says the status on descriptor 3, so that nobody here has to collect it.
        var process = await HostPrograms.StartAsync(Launcher, new HostProgram(
            "/bin/sh", ["sh", "-c", "\"$@\" 3>&-; echo $? >&3", "sh", program, .. arguments], [.. Needed, .. variables])
        {
            WorkingDirectory = directory,
            Stdin = stdin.ClientSafePipeHandle,
            Stdout = output.ClientSafePipeHandle,
            Stderr = errors.ClientSafePipeHandle,
            Descriptors = [status.ClientSafePipeHandle],
        });
        process.PidFd.Dispose();
        stdin.DisposeLocalCopyOfClientHandle();
        if (input.Length > 0)
        {
            await stdin.WriteAsync(input);
        }

        await stdin.DisposeAsync();
        output.DisposeLocalCopyOfClientHandle();
        errors.DisposeLocalCopyOfClientHandle();
        status.DisposeLocalCopyOfClientHandle();

        // Ends only when nobody holds the streams any more: a daemon that kept them would hang its caller.
        var all = Task.WhenAll(ReadAsync(output), ReadAsync(errors), ReadAsync(status));
        var texts = await all.WaitAsync(TimeSpan.FromSeconds(20));
        var text = System.Text.Encoding.UTF8.GetString(texts[2]);
        return (int.Parse(text, CultureInfo.InvariantCulture), texts[0], System.Text.Encoding.UTF8.GetString(texts[1]));
    }

    /// <summary>A process to have somewhere. It ends by a signal, and is collected by whoever collects here.</summary>
    /// <returns>Its pid.</returns>
    public static async Task<int> StartSleepAsync()
    {
        var process = await HostPrograms.StartAsync(Launcher, new HostProgram("/bin/sleep", ["sleep", "60"], []));
        process.PidFd.Dispose();
        return process.Pid;
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }
}
