using System.Text;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>
/// A file as a block device. It is let go by the kernel with its last user: this object, or a mount made meanwhile.
/// Source: man 4 loop, linux/loop.h, Linux ≥ 5.8.
/// </summary>
public sealed unsafe class LoopDevice : IDisposable
{
    private const int Tries = 100;
    private readonly FileDescriptor _device;

    private LoopDevice(FileDescriptor device, string path)
    {
        _device = device;
        Path = path;
    }

    /// <summary>What to mount.</summary>
    public string Path { get; }

    /// <summary>Errors: KernelException with the file, or with the device the host lacks.</summary>
    public static LoopDevice Open(string file, bool readOnly)
    {
        var access = (readOnly ? OpenFlags.ReadOnly : OpenFlags.ReadWrite) | OpenFlags.NonBlocking;
        using var backing = Files.Open(file, access);
        using var control = Files.Open("/dev/loop-control", OpenFlags.ReadWrite);
        for (var attempt = 1; ; attempt++)
        {
            var number = Kernel.Check(LoopCalls.Control(control.Number, LoopCalls.GetFree, null), "LOOP_CTL_GET_FREE", file);
            var path = $"/dev/loop{number}";
            var device = Files.Open(path, access);
            if (Configure(device, backing, file, readOnly))
            {
                return new LoopDevice(device, path);
            }

            var errno = Kernel.LastError;
            device.Dispose();

            // Somebody else was given the same number.
            if (errno != Errno.EBUSY || attempt == Tries)
            {
                throw new KernelException("LOOP_CONFIGURE", errno, file);
            }
        }
    }

    public void Dispose() => _device.Dispose();

    private static bool Configure(FileDescriptor device, FileDescriptor backing, string file, bool readOnly)
    {
        var configuration = new LoopConfiguration
        {
            Backing = (uint)backing.Number,
            Flags = LoopCalls.AutoClear | (readOnly ? LoopCalls.ReadOnly : 0),
        };
        // What losetup shows; the kernel wants a NUL in its 64 bytes.
        var name = Encoding.UTF8.GetBytes(file);
        name.AsSpan(0, Math.Min(name.Length, LoopConfiguration.NameSize - 1))
            .CopyTo(new Span<byte>(configuration.Name, LoopConfiguration.NameSize));
        // SAFETY: the structure is this frame's and as long as the kernel reads.
        return LoopCalls.Control(device.Number, LoopCalls.Configure, &configuration) == 0;
    }
}
