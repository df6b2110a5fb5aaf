using System.Reflection;

namespace ShimService.Daemon.Configuration;

/// <summary>This build's version, without the source revision after '+'.</summary>
internal static class DaemonVersion
{
    public const string OciSpec = "1.3.0";

    public static string Text { get; } = Read();

    private static string Read()
    {
        var text = typeof(DaemonVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion ?? "0.0.0";
        var plus = text.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? text : text[..plus];
    }
}
