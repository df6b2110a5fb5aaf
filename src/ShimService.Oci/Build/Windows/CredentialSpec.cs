namespace ShimService.Oci.Build.Windows;

/// <summary>
/// The group managed service account of a container, out of its security options; the last one counts.
/// </summary>
internal static class CredentialSpec
{
    private const string Field = "config.security.options";

    /// <returns>Its JSON; empty = none.</returns>
    /// <param name="options">Docker's words.</param>
    /// <param name="read">The content of a file below the directory of credential specs; null when there is
    /// none.</param>
    internal static string Find(IReadOnlyList<string> options, Func<string, string?> read)
    {
        var content = "";
        for (var i = 0; i < options.Count; i++)
        {
            var field = $"{Field}[{i}]";
            var equals = options[i].IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !options[i][..equals].Equals("credentialspec", StringComparison.OrdinalIgnoreCase))
            {
                throw new SpecException(field, $"\"{options[i]}\" is not credentialspec=…, all there is on Windows");
            }

            content = Content(options[i][(equals + 1)..], field, read);
        }

        return content;
    }

    private static string Content(string value, string field, Func<string, string?> read)
    {
        if (Rest(value, "raw://") is { } raw)
        {
            return raw.Length > 0 ? raw : throw new SpecException(field, "raw:// needs the credential spec behind it");
        }

        if (Rest(value, "file://") is { } file)
        {
            if (file.Length == 0 || file[0] is '\\' or '/' || file.Contains(':')
                || file.Split('\\', '/').Contains(".."))
            {
                throw new SpecException(
                    field, $"\"{file}\" must be a relative path below the directory CredentialSpecs");
            }

            return read(file) ?? throw new SpecException(field, $"there is no credential spec {file}");
        }

        throw new SpecException(field, Rest(value, "registry://") is not null || Rest(value, "config://") is not null
            ? "registry:// and config:// can be read on Windows and in a swarm only"
            : $"\"{value}\" begins with none of file://, registry://, raw://, config://");
    }

    private static string? Rest(string value, string prefix) =>
        value.StartsWith(prefix, StringComparison.Ordinal) ? value[prefix.Length..] : null;
}
