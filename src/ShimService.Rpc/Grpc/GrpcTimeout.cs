using System.Globalization;

namespace ShimService.Rpc.Grpc;

/// <summary>
/// The grpc-timeout header: one to eight digits and a unit. Source: grpc/grpc doc/PROTOCOL-HTTP2.md, "Timeout".
/// </summary>
internal static class GrpcTimeout
{
    private const int LargestNumber = 99_999_999;

    // Finest first; "n" is finer than our ticks.
    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>Errors: RpcException(InvalidArgument). What no TimeSpan holds becomes the longest one.</summary>
    public static TimeSpan? Parse(string? header)
    {
        if (string.IsNullOrEmpty(header))
        {
            return null;
        }

        bool isNumber = int.TryParse(
            header.AsSpan(0, header.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        if (!isNumber || header.Length > 9)
        {
            throw Malformed(header);
        }

        char unit = header[^1];
        if (unit == 'n')
        {
            return TimeSpan.FromTicks(number / TimeSpan.NanosecondsPerTick);
        }

        foreach ((char known, long ticks) in Units)
        {
            if (known == unit)
            {
                return number > TimeSpan.MaxValue.Ticks / ticks
                    ? TimeSpan.MaxValue
                    : TimeSpan.FromTicks(number * ticks);
            }
        }

        throw Malformed(header);
    }

    /// <summary>In the finest unit whose eight digits hold it, rounded up: never less than asked for.</summary>
    public static string Format(TimeSpan timeout)
    {
        foreach ((char unit, long ticks) in Units)
        {
            long number = timeout.Ticks <= 0 ? 0 : ((timeout.Ticks - 1) / ticks) + 1;
            if (number <= LargestNumber)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");
            }
        }

        return "99999999H";
    }

    private static RpcException Malformed(string header) => RpcException.Create(
        RpcStatusCode.InvalidArgument,
        "MALFORMED_TIMEOUT",
        $"grpc-timeout \"{header}\" is not 1 to 8 digits and one of H M S m u n");
}
