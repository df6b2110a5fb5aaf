using System.Globalization;
using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>Device rules as Docker spells them: "c 1:3 rwm", type a, b or c, major and minor a number or *.</summary>
internal static class DeviceRuleSection
{
    internal static LinuxDeviceRule Parse(string rule, string field)
    {
        var parts = rule.Split(' ');
        if (parts is not [{ Length: 1 } type, { } numbers, { Length: >= 1 and <= 3 } access]
            || !access.All(static letter => letter is 'r' or 'w' or 'm'))
        {
            throw Malformed(rule, field);
        }

        var pair = numbers.Split(':');
        if (pair.Length != 2)
        {
            throw Malformed(rule, field);
        }

        var kind = type switch
        {
            "a" => DeviceKind.All,
            "b" => DeviceKind.Block,
            "c" => DeviceKind.Character,
            _ => throw Malformed(rule, field),
        };
        return new LinuxDeviceRule(true, kind, Number(pair[0], rule, field), Number(pair[1], rule, field), access);
    }

    private static long? Number(string text, string rule, string field) => text == "*"
        ? null
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Malformed(rule, field);

    private static SpecException Malformed(string rule, string field) =>
        new(field, $"\"{rule}\" is not of the form \"c 1:3 rwm\"");
}
