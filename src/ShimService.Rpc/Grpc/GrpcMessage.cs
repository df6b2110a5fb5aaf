using System.Globalization;
using System.Text;

namespace ShimService.Rpc.Grpc;

/// <summary>
/// The grpc-message header: UTF-8 with everything but printable ASCII, and "%" itself, as %XX.
/// Source: grpc/grpc doc/PROTOCOL-HTTP2.md, "Status-Message".
/// </summary>
internal static class GrpcMessage
{
    private const string Cut = "...";

    /// <summary>
    /// A message whose encoded form is longer than the limit is cut between characters and ends in "...".
    /// </summary>
    public static string Encode(string message, int limit)
    {
        var encoded = new StringBuilder(Math.Min(message.Length, limit));
        Span<byte> bytes = stackalloc byte[4];
        int fits = 0;
        foreach (Rune rune in message.EnumerateRunes())
        {
            foreach (byte one in bytes[..rune.EncodeToUtf8(bytes)])
            {
                if (one is >= 0x20 and <= 0x7e and not (byte)'%')
                {
                    encoded.Append((char)one);
                }
                else
                {
                    encoded.Append(CultureInfo.InvariantCulture, $"%{one:X2}");
                }
            }

            if (encoded.Length > limit)
            {
                encoded.Length = fits;
                return encoded.Append(Cut).ToString();
            }

            if (encoded.Length <= limit - Cut.Length)
            {
                fits = encoded.Length;
            }
        }

        return encoded.ToString();
    }

    /// <summary>Never fails: what is no %XX stays as it is, what is no UTF-8 becomes U+FFFD.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%', StringComparison.Ordinal))
        {
            return encoded;
        }

        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(encoded.Length)];
        int length = 0;
        for (int i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] == '%' && i + 2 < encoded.Length && byte.TryParse(
                encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte one))
            {
                bytes[length++] = one;
                i += 2;
            }
            else
            {
                length += Encoding.UTF8.GetBytes(encoded.AsSpan(i, 1), bytes.AsSpan(length));
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
