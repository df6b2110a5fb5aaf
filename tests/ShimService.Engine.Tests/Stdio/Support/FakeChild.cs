using ShimService.Engine.Stdio;
using ShimService.Linux;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Tests.Stdio.Support;

/// <summary>The container's side: its own descriptors of the child's ends, as a fork would have made them.</summary>
public sealed class FakeChild(ProcessStdio stdio) : IDisposable
{
    public FileDescriptor Stdin { get; } = Descriptors.Duplicate(stdio.ChildStdin);

    public FileDescriptor Stdout { get; } = Descriptors.Duplicate(stdio.ChildStdout);

    public FileDescriptor Stderr { get; } = Descriptors.Duplicate(stdio.ChildStderr);

    public void Print(string text) => Files.Write(Stdout, System.Text.Encoding.UTF8.GetBytes(text));

    public void PrintError(string text) => Files.Write(Stderr, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Reads input until its end, on a thread of its own: the container's end blocks.</summary>
    public Task<byte[]> ReadInputAsync() => Task.Factory.StartNew(
        () =>
        {
            var input = new MemoryStream();
            var buffer = new byte[65536];
            for (int count; (count = Files.Read(Stdin, buffer)) > 0;)
            {
                input.Write(buffer, 0, count);
            }

            return input.ToArray();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>Writes on a thread of its own: the container's end blocks when nobody takes the bytes.</summary>
    public Task WriteAsync(byte[] data) => Task.Factory.StartNew(
        () => Files.Write(Stdout, data),
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    public void Exit()
    {
        Stdin.Dispose();
        Stdout.Dispose();
        Stderr.Dispose();
    }

    public void Dispose() => Exit();
}
