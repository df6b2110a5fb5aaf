namespace ShimService.Cli.Terminal;

/// <summary>Columns and rows of a terminal.</summary>
internal readonly record struct TerminalSize(ushort Width, ushort Height)
{
    public static bool IsTerminal(int descriptor) => TerminalNative.IsTerminal(descriptor) != 0;

    /// <summary>Null where the descriptor is no terminal, or one without a size.</summary>
    public static unsafe TerminalSize? Of(int descriptor)
    {
        ushort* size = stackalloc ushort[4];

        // SAFETY: TIOCGWINSZ writes a struct winsize: rows, columns and two pixel counts, eight bytes.
        return TerminalNative.WindowSize(descriptor, TerminalNative.GetWindowSize, size) == 0 && size[1] > 0
            ? new TerminalSize(size[1], size[0])
            : null;
    }

    /// <summary>Makes it the size of the terminal whose master this is; nothing happens where it is none.</summary>
    public unsafe void Give(int master)
    {
        ushort* size = stackalloc ushort[4] { Height, Width, 0, 0 };

        // SAFETY: TIOCSWINSZ reads a struct winsize: rows, columns and two pixel counts, eight bytes.
        _ = TerminalNative.WindowSize(master, TerminalNative.SetWindowSize, size);
    }
}
