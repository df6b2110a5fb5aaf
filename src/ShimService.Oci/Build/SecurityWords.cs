namespace ShimService.Oci.Build;

/// <summary>
/// Docker's --security-opt words: no-new-privileges[=bool], writable-cgroups[=bool], seccomp=…, apparmor=…, label=…,
/// systempaths=unconfined, and "disable" for no labels. ':' for '=' is deprecated, and understood.
/// </summary>
public static class SecurityWords
{
    /// <summary>Errors: <see cref="SpecException"/> with the entry's field.</summary>
    public static SecurityConfig Apply(SecurityConfig security, IReadOnlyList<string> words, string field)
    {
        var labels = new List<string>(security.Labels);
        for (var i = 0; i < words.Count; i++)
        {
            security = Apply(security, labels, words[i], $"{field}[{i}]");
        }

        return security with { Labels = labels };
    }

    private static SecurityConfig Apply(SecurityConfig security, List<string> labels, string word, string field)
    {
        var at = word.AsSpan().IndexOf('=');
        at = at < 0 ? word.AsSpan().IndexOf(':') : at;
        var (name, value) = at < 0 ? (word, null) : (word[..at], word[(at + 1)..]);
        switch (name)
        {
            case "no-new-privileges":
                return security with { NoNewPrivileges = Truth(value, field) };
            case "writable-cgroups":
                return security with { WritableCgroups = Truth(value, field) };
            case "seccomp" when value is "builtin":
                return security with { Seccomp = "default" };
            case "seccomp" when value is { Length: > 0 }:
                return security with { Seccomp = value };
            case "apparmor" when value is { Length: > 0 }:
                return security with { AppArmor = value };
            case "label" when value is { Length: > 0 }:
                labels.Add(value);
                return security;
            case "disable" when value is null:
                labels.Add("disable");
                return security;
            case "systempaths" when value == "unconfined":
                return security with { MaskedPaths = [], ReadonlyPaths = [] };
            default:
                throw new SpecException(field,
                    $"\"{word}\" is none of no-new-privileges, writable-cgroups, seccomp=, apparmor=, label=, "
                    + "systempaths=unconfined");
        }
    }

    private static bool Truth(string? value, string field) => value switch
    {
        null or "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new SpecException(field, $"\"{value}\" is neither true nor false"),
    };
}
