namespace ShimService.Cli.Terminal;

/// <summary>
/// Finds ctrl-p ctrl-q in what is typed. A ctrl-p is held back until the next key shows what it was. Pure: one
/// instance per terminal, one caller at a time.
/// </summary>
internal sealed class DetachKeys
{
    private const byte CtrlP = 0x10;
    private const byte CtrlQ = 0x11;

    private bool _held;

    /// <summary>
    /// Copies to <paramref name="output"/> (one byte longer than the input may be) what the container gets.
    /// </summary>
    /// <returns>Bytes to send, and whether the two keys were typed: then what follows them is dropped.</returns>
    public (int Count, bool Detach) Filter(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int count = 0;
        foreach (byte key in input)
        {
            if (_held)
            {
                _held = false;
                if (key == CtrlQ)
                {
                    return (count, true);
                }

                output[count++] = CtrlP;
            }

            if (key == CtrlP)
            {
                _held = true;
            }
            else
            {
                output[count++] = key;
            }
        }

        return (count, false);
    }
}
