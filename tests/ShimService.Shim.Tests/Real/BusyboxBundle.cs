using System.Globalization;
using System.Text;

namespace ShimService.Shim.Tests.Real;

/// <summary>An OCI bundle around a root filesystem of busybox, its libraries and its applets.</summary>
internal static class BusyboxBundle
{
    private const string Busybox = "/bin/busybox";
    private static readonly string[] Applets = ["sh", "sleep", "cat", "echo", "true", "false", "kill", "ps", "ls"];
    private static readonly string[] Libraries =
    [
        "/lib/x86_64-linux-gnu/libc.so.6", "/lib/x86_64-linux-gnu/libresolv.so.2", "/lib64/ld-linux-x86-64.so.2",
    ];

    /// <summary>Why real containers cannot be made here; null when they can.</summary>
    public static string? Missing =>
        Environment.UserName != "root" ? "needs root" : File.Exists(Busybox) ? null : $"needs {Busybox}";

    /// <param name="directory">Where; made.</param>
    /// <param name="cgroup">linux.cgroupsPath.</param>
    /// <param name="script">What /bin/sh runs.</param>
    /// <param name="limits">linux.resources as JSON.</param>
    public static string Make(string directory, string cgroup, string script, string limits = "{}")
    {
        var rootfs = Path.Combine(directory, "rootfs");
        foreach (var name in new[] { "bin", "proc", "sys", "dev", "tmp", "etc" })
        {
            Directory.CreateDirectory(Path.Combine(rootfs, name));
        }

        File.Copy(Busybox, Path.Combine(rootfs, "bin/busybox"));
        foreach (var library in Libraries.Where(File.Exists))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(rootfs + library)!);
            File.Copy(library, rootfs + library);
        }

        foreach (var applet in Applets)
        {
            File.CreateSymbolicLink(Path.Combine(rootfs, "bin", applet), "busybox");
        }

        File.WriteAllText(Path.Combine(directory, "config.json"), Config(cgroup, script, limits));
        return directory;
    }

    private static string Config(string cgroup, string script, string limits)
    {
        var text = new StringBuilder();
        text.Append(
            """
            {"ociVersion":"1.0.2","root":{"path":"rootfs"},"hostname":"box","process":{"cwd":"/","user":{"uid":0,"gid":0},
            "env":["PATH=/bin"],"args":["/bin/sh","-c",
            """);
        text.Append('"').Append(script.Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        text.Append(CultureInfo.InvariantCulture, $$$"""
            ]},"mounts":[{"destination":"/proc","type":"proc","source":"proc"},
            {"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","mode=755","size=65536k"]}],
            "linux":{"cgroupsPath":"{{{cgroup}}}","resources":{{{limits}}},
            "namespaces":[{"type":"pid"},{"type":"mount"},{"type":"uts"},{"type":"ipc"},{"type":"network"},{"type":"cgroup"}]}}
            """);
        return text.ToString();
    }
}
