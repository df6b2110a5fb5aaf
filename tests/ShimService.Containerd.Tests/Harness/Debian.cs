namespace ShimService.Containerd.Tests.Harness;

/// <summary>What tests/lib/debian.sh unpacked: tests never fetch anything themselves.</summary>
internal static class Debian
{
    public static string Root(Release release) =>
        Repository.In(".cache", "debian", NameOf(release), "root");

    public static string Program(Release release, string name) =>
        new[] { "usr/bin", "usr/sbin" }
            .Select(folder => Path.Combine(Root(release), folder, name))
            .FirstOrDefault(File.Exists, Path.Combine(Root(release), "usr/bin", name));

    public static string NameOf(Release release) => release switch
    {
        Release.Bookworm => "bookworm",
        Release.Trixie => "trixie",
        Release.Sid => "sid",
        _ => throw new ArgumentOutOfRangeException(nameof(release), release, "no such release"),
    };

    /// <returns>Why tests with that program of that release cannot run here; null when they can.</returns>
    public static string? Missing(Release release, string package, string program) =>
        !Environment.IsPrivilegedProcess
            ? "needs root"
            : File.Exists(Program(release, program))
                ? null
                : $"no {package} of Debian {NameOf(release)}: its archive was not reachable";
}
