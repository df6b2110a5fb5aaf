using ShimService.Oci.Build;
using ShimService.Oci.Model;
using ShimService.Oci.Write;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Kernel;

/// <summary>A bundle with a busybox root filesystem of its own, and the spec the builder makes of a config.</summary>
internal sealed class BusyboxBundle : IBuildHost, IDisposable
{
    private static readonly string[] Directories =
        ["bin", "dev", "etc", "proc", "root", "sys", "tmp", "usr/share", "var"];

    private static readonly string[] Applets =
    [
        "sh", "cat", "ls", "id", "stat", "grep", "hostname", "true", "tty", "readlink", "touch", "chmod", "stty", "sleep",
        "ifconfig", "head", "test", "mkdir", "find", "cut", "sort", "umount", "mount", "chown", "wc", "rm", "ln",
    ];

    public BusyboxBundle()
    {
        Path = Directory.CreateTempSubdirectory("shimservice-spec-").FullName;

        // Root of a user namespace is somebody else out here, and has to get through.
        File.SetUnixFileMode(Path, File.GetUnixFileMode("/usr"));
        foreach (var name in Directories)
        {
            Directory.CreateDirectory(System.IO.Path.Join(Rootfs, name));
        }

        foreach (var file in Files())
        {
            var copy = Rootfs + file;
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        foreach (var applet in Applets)
        {
            File.CreateSymbolicLink(System.IO.Path.Join(Rootfs, "bin", applet), "/usr/bin/busybox");
        }

        File.WriteAllText(
            System.IO.Path.Join(Rootfs, "etc/passwd"),
            "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home:/bin/sh\n");
    }

    public string Path { get; }

    public string Rootfs => System.IO.Path.Join(Path, "rootfs");

    public string Output => System.IO.Path.Join(Path, "output");

    public string Id { get; } = $"spec-test-{Guid.NewGuid():N}"[..22];

    public HostAbilities Abilities { get; } = HostAbilities.All with
    {
        CpuCount = Environment.ProcessorCount, Cpus = "", MemoryNodes = "", SwapLimit = false,
    };

    public IReadOnlyList<string> DevicesBelow(string directory) => [];

    public HostMount? FindMount(string path) => null;

    public int OomScoreAdj => 0;

    public IReadOnlyList<string> AvailableCapabilities { get; } =
        [.. CapabilityNames.All.Where(name => name != "CAP_SYS_RESOURCE")];

    public IReadOnlyList<string> ThermalThrottlePaths => [];

    /// <summary>A shell script in a plain container.</summary>
    public ContainerConfig Shell(string script) => new()
    {
        Id = Id,
        Rootfs = new RootfsConfig(Rootfs),
        Args = ["sh", "-c", script],
    };

    public ContainerRequest Write(ContainerConfig config, Func<Spec, Spec>? change = null, bool terminal = false)
    {
        var spec = SpecBuilder.Build(config, this);
        File.WriteAllBytes(System.IO.Path.Join(Path, "config.json"), SpecWriter.Write(change?.Invoke(spec) ?? spec));
        File.WriteAllText(Output, "");
        var output = $"file://{Output}";
        return new ContainerRequest(
            ContainerId.Parse(Id, "id"), Path, [], new StdioRequest("", output, terminal ? "" : output, terminal));
    }

    public bool Exists(string path) => File.Exists(path);

    public HostDevice? FindDevice(string path) => null;

    public byte[]? ReadFile(string path) => null;

    /// <summary>A directory with a plain file where a devpts has its multiplexer.</summary>
    public string Fakes()
    {
        var directory = Directory.CreateDirectory(System.IO.Path.Join(Path, "fakes")).FullName;
        File.WriteAllText(System.IO.Path.Join(directory, "ptmx"), "");
        return directory;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    // Debian's dynamic busybox and what it is linked with.
    private static IEnumerable<string> Files()
    {
        yield return "/usr/bin/busybox";
        foreach (var directory in new[] { "/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu" })
        {
            foreach (var name in new[] { "libc.so.6", "libresolv.so.2" })
            {
                if (File.Exists($"{directory}/{name}"))
                {
                    yield return $"{directory}/{name}";
                }
            }
        }

        foreach (var loader in new[] { "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1" })
        {
            if (File.Exists(loader))
            {
                yield return loader;
            }
        }
    }
}
