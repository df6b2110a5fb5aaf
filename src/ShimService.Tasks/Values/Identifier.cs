using ShimService.Tasks.Errors;

namespace ShimService.Tasks.Values;

/// <summary>The one alphabet of container and exec ids.</summary>
internal static class Identifier
{
    private const int MaximumLength = 76;

    public static bool IsValid(string value)
    {
        if (value.Length is 0 or > MaximumLength)
        {
            return false;
        }

        var afterSeparator = true;
        foreach (var character in value)
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                afterSeparator = false;
            }
            else if (character is '.' or '_' or '-' && !afterSeparator)
            {
                afterSeparator = true;
            }
            else
            {
                return false;
            }
        }

        return !afterSeparator;
    }

    public static TaskException Invalid(string value, string field) => new(
        ErrorKind.InvalidArgument,
        ErrorReason.InvalidId,
        $"{field} \"{value}\" is not an id: use letters and digits with single '.', '_' or '-' between them, "
            + $"at most {MaximumLength} characters")
    {
        Field = field,
    };
}
