using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads linux.timeOffsets: a map from a clock's name to its offset.</summary>
internal static class TimeOffsetReader
{
    private const long MostNanoseconds = 999_999_999;

    internal static LinuxTimeOffset[] ReadMap(ref JsonCursor json)
    {
        var list = new List<LinuxTimeOffset>();
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                var clock = json.Name();
                if (clock is not ("monotonic" or "boottime"))
                {
                    throw json.Fault("no clock that a time namespace has: one of monotonic, boottime");
                }

                list.RemoveAll(earlier => earlier.Clock == clock);
                list.Add(Read(ref json, clock));
            }
        }

        return [.. list];
    }

    private static LinuxTimeOffset Read(ref JsonCursor json, string clock)
    {
        var value = new LinuxTimeOffset(clock, 0, 0);
        if (!json.BeginObject())
        {
            return value;
        }

        while (json.NextProperty())
        {
            if (json.Is("secs"u8))
            {
                value = value with { Seconds = json.OptionalInteger() ?? 0 };
            }
            else if (json.Is("nanosecs"u8))
            {
                value = value with { Nanoseconds = (uint)(json.OptionalInteger(0, MostNanoseconds) ?? 0) };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }
}
