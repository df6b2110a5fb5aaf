using ShimService.Engine.Tests.Support;
using ShimService.Linux.Cgroups;

namespace ShimService.Engine.Tests.Resources;

/// <summary>
/// The files of a container's cgroup, by their names in both versions: "pids.max", "cpu.shares". Which hierarchy has
/// one is the part before the dot, in the kernel's own words of version 1.
/// </summary>
internal sealed class CgroupFiles(string id, string parent = "/shimservice")
{
    public static CgroupLayout Layout { get; } = CgroupLayout.Detect();

    /// <summary>Whether what is looked at here is version 2.</summary>
    public static bool Unified => Layout.Mode == CgroupMode.Unified;

    public CgroupFiles(RealContainer container)
        : this(container.Id)
    {
    }

    public string Directory(string file) => $"{Hierarchy(file)}{parent}/{id}";

    /// <summary>Null where the host has no such file.</summary>
    public string? Read(string file)
    {
        var path = $"{Directory(file)}/{file}";
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <summary>"file=value file=value", as far as the host has the files; underscores in values are spaces.</summary>
    public void AssertHave(string expected)
    {
        foreach (var pair in expected.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (file, value) = (pair[..pair.IndexOf('=')], pair[(pair.IndexOf('=') + 1)..].Replace('_', ' '));
            Assert.Equal($"{file}={value}", $"{file}={Read(file) ?? value}");
        }
    }

    private static string Hierarchy(string file)
    {
        var controller = file.Split('.')[0] switch
        {
            "pids" => CgroupControllers.Pids,
            "memory" => CgroupControllers.Memory,
            "cpuset" => CgroupControllers.CpuSet,
            "cpu" => CgroupControllers.Cpu,
            "devices" => CgroupControllers.Devices,
            _ => CgroupControllers.BlockIo,
        };
        return (Layout.Find(controller) ?? Layout.Unified)!.MountPoint;
    }
}
