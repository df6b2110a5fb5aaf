using System.Text;

namespace ShimService.Linux.Native;

internal static class NativeText
{
    /// <summary>
    /// NUL-terminated UTF-8. Errors: ArgumentException for a NUL inside, where the kernel would cut it.
    /// </summary>
    public static byte[] Encode(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("the text holds a NUL byte", nameof(text));
        }

        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
