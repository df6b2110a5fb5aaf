using System.Buffers.Text;
using Google.Protobuf.WellKnownTypes;

namespace ShimService.Daemon.Logs;

/// <summary>RFC 3339 instants with up to nine fractional digits, which .NET's own parser cannot hold.</summary>
internal static class Rfc3339
{
    private const int SecondsLength = 19;
    private const int NanosecondDigits = 9;

    public static bool TryParse(ReadOnlySpan<byte> text, out Timestamp timestamp)
    {
        timestamp = null!;
        if (text.Length <= SecondsLength || !TrySeconds(text[..SecondsLength], out var seconds))
        {
            return false;
        }

        var rest = text[SecondsLength..];
        if (!TryFraction(ref rest, out var nanoseconds) || !TryOffset(rest, out var offset))
        {
            return false;
        }

        timestamp = new Timestamp { Seconds = seconds - offset, Nanos = nanoseconds };
        return true;
    }

    private static bool TrySeconds(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || !TryNumber(text[..4], out var year) || !TryNumber(text[5..7], out var month)
            || !TryNumber(text[8..10], out var day) || !TryNumber(text[11..13], out var hour)
            || !TryNumber(text[14..16], out var minute) || !TryNumber(text[17..], out var second)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        var midnight = new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        seconds = midnight + (hour * 3600) + (minute * 60) + second;
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> rest, out int nanoseconds)
    {
        nanoseconds = 0;
        if (rest.Length == 0 || rest[0] != '.')
        {
            return true;
        }

        var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits is < 1 or > NanosecondDigits || !TryNumber(rest.Slice(1, digits), out nanoseconds))
        {
            return false;
        }

        for (var missing = digits; missing < NanosecondDigits; missing++)
        {
            nanoseconds *= 10;
        }

        rest = rest[(digits + 1)..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> rest, out long seconds)
    {
        seconds = 0;
        if (rest.Length == 1 && rest[0] == 'Z')
        {
            return true;
        }

        if (rest.Length != 6 || rest[3] != ':' || rest[0] is not ((byte)'+' or (byte)'-')
            || !TryNumber(rest[1..3], out var hours) || !TryNumber(rest[4..], out var minutes))
        {
            return false;
        }

        seconds = ((hours * 3600L) + (minutes * 60L)) * (rest[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int number) =>
        Utf8Parser.TryParse(digits, out number, out var used) && used == digits.Length
            && char.IsAsciiDigit((char)digits[0]);
}
