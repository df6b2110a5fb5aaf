namespace ShimService.Engine.Tests.Support;

/// <summary>
/// A root filesystem with the host's busybox and the libraries it needs, made once for the test process.
/// </summary>
internal static class BusyboxRoot
{
    private static readonly string[] Applets =
        ["sh", "cat", "echo", "id", "ls", "sleep", "true", "false", "mount", "hostname", "ps", "grep", "kill", "stty", "stat", "wc", "seq"];

    private static readonly Lazy<string> Made = new(Make);

    public static string Path => Made.Value;

    private static string Make()
    {
        var root = Directory.CreateTempSubdirectory("shimservice-rootfs-").FullName;
        // A temporary directory is its maker's alone, and a container's user need not be that.
        File.SetUnixFileMode(root, File.GetUnixFileMode(root)
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        foreach (var directory in (string[])["bin", "dev", "etc", "proc", "sys", "tmp", "root"])
        {
            Directory.CreateDirectory(System.IO.Path.Join(root, directory));
        }

        Copy(root, "/bin/busybox");
        foreach (var library in (string[])
            ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/x86_64-linux-gnu/libc.so.6",
             "/lib/x86_64-linux-gnu/libresolv.so.2", "/lib/aarch64-linux-gnu/libc.so.6",
             "/lib/aarch64-linux-gnu/libresolv.so.2"])
        {
            if (File.Exists(library))
            {
                Copy(root, library);
            }
        }

        foreach (var applet in Applets)
        {
            File.CreateSymbolicLink(System.IO.Path.Join(root, "bin", applet), "busybox");
        }

        File.WriteAllText(System.IO.Path.Join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
        return root;
    }

    private static void Copy(string root, string file)
    {
        var target = System.IO.Path.Join(root, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        File.Copy(file, target);
    }
}
