using ShimService.Linux.Native;

namespace ShimService.Linux.Stdio;

/// <summary>Window sizes of terminals. Errors: KernelException.</summary>
public static unsafe class Terminals
{
    /// <summary>Sets the size; the foreground process group gets SIGWINCH when it changed.</summary>
    public static void Resize(FileDescriptor terminal, ushort columns, ushort rows)
    {
        var size = new WindowSize { Rows = rows, Columns = columns };
        // SAFETY: the kernel reads one struct winsize from the stack.
        Kernel.Check(
            NativeTerminal.WindowSizeControl(terminal.Number, NativeTerminal.TIOCSWINSZ, &size), "ioctl TIOCSWINSZ");
    }

    public static bool IsTerminal(FileDescriptor file)
    {
        WindowSize size;
        // SAFETY: the kernel writes one struct winsize to the stack, or nothing.
        return NativeTerminal.WindowSizeControl(file.Number, NativeTerminal.TIOCGWINSZ, &size) == 0;
    }

    public static (ushort Columns, ushort Rows) ReadSize(FileDescriptor terminal)
    {
        WindowSize size;
        // SAFETY: the kernel writes one struct winsize to the stack.
        Kernel.Check(
            NativeTerminal.WindowSizeControl(terminal.Number, NativeTerminal.TIOCGWINSZ, &size), "ioctl TIOCGWINSZ");
        return (size.Columns, size.Rows);
    }
}
