using System.Runtime.InteropServices;

namespace ShimService.Cli.Terminal;

/// <summary>
/// Our terminal in raw mode: every key goes to the container. Dispose puts it back as it was; so does the end of the
/// process by a signal we catch or by an unhandled exception (ProcessExit).
/// </summary>
internal sealed unsafe class RawTerminal : IDisposable
{
    private readonly int _descriptor;
    private readonly byte[] _before = new byte[TerminalNative.TermiosBytes];
    private int _restored;

    private RawTerminal(int descriptor) => _descriptor = descriptor;

    /// <summary>Null where the descriptor is no terminal.</summary>
    public static RawTerminal? Enter(int descriptor)
    {
        if (TerminalNative.IsTerminal(descriptor) == 0)
        {
            return null;
        }

        var terminal = new RawTerminal(descriptor);
        byte[] raw = new byte[TerminalNative.TermiosBytes];

        // SAFETY: both arrays are larger than any struct termios and stay pinned during the calls.
        fixed (byte* before = terminal._before)
        fixed (byte* after = raw)
        {
            if (TerminalNative.GetAttributes(descriptor, before) != 0)
            {
                throw Failed("tcgetattr");
            }

            terminal._before.CopyTo(raw, 0);
            TerminalNative.MakeRaw(after);
            AppDomain.CurrentDomain.ProcessExit += terminal.OnProcessExit;
            if (TerminalNative.SetAttributes(descriptor, TerminalNative.ApplyAfterOutput, after) != 0)
            {
                throw Failed("tcsetattr");
            }
        }

        return terminal;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Restore();
    }

    private static IOException Failed(string call) =>
        new($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}: the terminal stays as it is");

    private void OnProcessExit(object? sender, EventArgs e) => Restore();

    private void Restore()
    {
        if (Interlocked.Exchange(ref _restored, 1) != 0)
        {
            return;
        }

        // SAFETY: the array holds what tcgetattr wrote and stays pinned during the call.
        fixed (byte* before = _before)
        {
            _ = TerminalNative.SetAttributes(_descriptor, TerminalNative.ApplyAfterOutput, before);
        }
    }
}
