using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ShimService.Shim.Tests.Real;

/// <summary>A client's fifo: made, and opened for reading before the task is, as containerd's clients do it.</summary>
internal sealed partial class Fifo : IDisposable
{
    private const int NonBlocking = 0x800, CloseOnExec = 0x80000, SetFlags = 4;
    private readonly FileStream _reader;

    public Fifo(string path)
    {
        Path = path;
        Assert.Equal(0, MakeFifo(path, 0b110_000_000));
        var descriptor = Open(path, NonBlocking | CloseOnExec);
        Assert.True(descriptor >= 0);
        Assert.Equal(0, Control(descriptor, SetFlags, 0));
        _reader = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Read, bufferSize: 0);
    }

    public string Path { get; }

    /// <summary>Reads up to the end that the shim passes on.</summary>
    public Task<string> ReadToEndAsync() => Task.Factory.StartNew(
        () =>
        {
            var all = new MemoryStream();
            _reader.CopyTo(all);
            return Encoding.UTF8.GetString(all.ToArray());
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(20));

    public void Dispose() => _reader.Dispose();

    public static string Make(string path)
    {
        Assert.Equal(0, MakeFifo(path, 0b110_000_000));
        return path;
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int fd, int command, nint argument);
}
