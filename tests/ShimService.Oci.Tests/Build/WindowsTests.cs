using System.Runtime.CompilerServices;
using System.Text;
using ShimService.Oci.Build.Windows;

namespace ShimService.Oci.Tests.Build;

/// <summary>The spec of a container of Windows. UPDATE_GOLDENS=1 rewrites Windows/NAME.json.</summary>
public sealed class WindowsTests
{
    private static readonly WindowsConfig Plain = new()
    {
        Id = "w1",
        RootPath = @"\\?\Volume{00000000-0000-0000-0000-000000000001}\",
        LayerFolders = [@"C:\layers\top", @"C:\layers\base", @"C:\scratch\w1"],
        Path = "cmd.exe",
        Args = ["/c", "echo hello"],
    };

    public static TheoryData<string, WindowsConfig> Samples => new()
    {
        { "plain", Plain },
        { "hyperv", Plain with { Isolation = WindowsIsolation.HyperV, RootPath = "", Resources = new() { NanoCpus = 1_500_000_000 } } },
        {
            "everything", Plain with
            {
                ArgsEscaped = true,
                Terminal = true,
                ConsoleSize = new(120, 30),
                Env = ["A=1"],
                Cwd = @"C:\app",
                User = "ContainerAdministrator",
                Hostname = "web",
                Domainname = "example.org",
                Mounts = [new() { Source = @"C:\data", Destination = @"C:\mnt", Options = ["ro"] }],
                Devices = ["class/5B45201D-F2F2-4F3B-85BB-30FF1F953599", "vpci-class-guid://x"],
                Resources = new() { MemoryLimitBytes = 1 << 30, CpuCount = 2, IoMaximumBandwidth = 1000, IoMaximumOperations = 10 },
                Endpoints = ["endpoint-1", "endpoint-2"],
                AllowUnqualifiedDnsQuery = true,
                DnsSearch = ["example.org"],
                NetworkSharedContainer = "other",
                SecurityOptions = ["credentialspec=raw://{}", "credentialspec=file://web.json"],
                HasBeenStarted = true,
                Annotations = new Dictionary<string, string> { ["k"] = "v" },
            }
        },
        { "shares", Plain with { Resources = new() { CpuShares = 500 } } },
        { "percent", Plain with { Resources = new() { CpuPercent = 25 } } },
        { "nano", Plain with { Resources = new() { NanoCpus = 1_000_000_000 } } },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void Build_WhenConfigured_ThenTheSpecIsTheGoldens(string name, WindowsConfig config)
    {
        var text = Encoding.UTF8.GetString(Build(config, [])) + "\n";
        var path = Path.Combine(Folder(), $"{name}.json");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDENS") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.Exists(path) ? File.ReadAllText(path).Split('\n') : [], text.Split('\n'));
    }

    public static TheoryData<string, WindowsConfig> Refused => new()
    {
        { "windows.root_path", Plain with { RootPath = @"C:\" } },
        { "windows.root_path", Plain with { Isolation = WindowsIsolation.HyperV } },
        { "windows.layer_folders", Plain with { LayerFolders = ["x"] } },
        { "config.args", Plain with { Path = "", Args = [] } },
        { "windows.devices[0]", Plain with { Devices = ["class/"] } },
        { "windows.devices[0]", Plain with { Devices = ["/dev/null"] } },
        { "config.mounts[1].destination", Nested(@"C:\a", @"c:/A/b") },
        { "config.mounts[0].destination", Nested(@"C:\a", @"C:\a") },
        { "config.mounts[0].options", Plain with { Mounts = [new() { Source = "s", Destination = "d", Options = ["rshared"] }] } },
        { "config.mounts[0].type", Plain with { Mounts = [new() { Type = "tmpfs", Destination = "d" }] } },
        { "config.resources.cpu.shares", Plain with { Resources = new() { CpuShares = 10001 } } },
        { "config.resources.cpu.percent", Plain with { Resources = new() { CpuPercent = 101 } } },
        { "config.resources.cpu.nano_cpus", Plain with { Resources = new() { NanoCpus = 1, CpuCount = 1 } } },
        { "config.resources.cpu.quota_microseconds", Plain with { Resources = new() { CpuQuotaMicroseconds = 1000 } } },
        { "config.resources.pids.limit", Plain with { Resources = new() { PidsLimit = 5 } } },
        { "config.resources.memory.swap_limit_bytes", Plain with { Resources = new() { SwapLimitBytes = -1 } } },
        { "config.resources.block_io.weight", Plain with { Resources = new() { BlockIoWeight = 10 } } },
        { "config.security.options[0]", Plain with { SecurityOptions = ["no-new-privileges"] } },
        { "config.security.options[0]", Plain with { SecurityOptions = ["credentialspec=web.json"] } },
        { "config.security.options[0]", Plain with { SecurityOptions = [@"credentialspec=file://..\x"] } },
        { "config.security.options[0]", Plain with { SecurityOptions = [@"credentialspec=file://C:\x"] } },
        { "config.security.options[0]", Plain with { SecurityOptions = ["credentialspec=file://missing"] } },
        { "config.security.options[0]", Plain with { SecurityOptions = ["credentialspec=registry://x"] } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Build_WhenItMakesNoSenseThere_ThenTheFieldIsNamed(string field, WindowsConfig config) =>
        Assert.Equal(field, Assert.Throws<SpecException>(() => Build(config, [])).Field);

    [Theory]
    [InlineData(2, 5, 5, "\"count\": 2")]
    [InlineData(0, 5, 5, "\"shares\": 5")]
    public void Build_WhenCpusAreLimitedTwice_ThenOneCountsAndItSaysSo(
        long count, long shares, long percent, string kept)
    {
        var warnings = new List<string>();
        var config = Plain with { Resources = new() { CpuCount = count, CpuShares = shares, CpuPercent = percent } };

        var text = Encoding.UTF8.GetString(Build(config, warnings));

        Assert.Contains(kept, text, StringComparison.Ordinal);
        Assert.DoesNotContain("maximum", text, StringComparison.Ordinal);
        Assert.Single(warnings);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "\"\"")]
    [InlineData("two words", "\"two words\"")]
    [InlineData(@"C:\dir\", @"C:\dir\")]
    [InlineData(@"C:\my dir\", @"""C:\my dir\\""")]
    [InlineData("say \"hi\"", "\"say \\\"hi\\\"\"")]
    [InlineData(@"a\\""b", @"a\\\\\""b")]
    public void Escape_WhenAnArgumentIsGiven_ThenWindowsFindsItAgain(string argument, string escaped) =>
        Assert.Equal(escaped, CommandLineWords.Escape(argument));

    private static byte[] Build(WindowsConfig config, List<string> warnings) => WindowsSpecBuilder.Build(
        config, 4, file => file == "web.json" ? """{"CmsPlugins":["ActiveDirectory"]}""" : null, warnings);

    private static WindowsConfig Nested(string first, string second) => Plain with
    {
        Mounts = [new() { Source = "s", Destination = first }, new() { Source = "s", Destination = second }],
    };

    private static string Folder([CallerFilePath] string here = "") =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(here)!, "Windows")).FullName;
}
