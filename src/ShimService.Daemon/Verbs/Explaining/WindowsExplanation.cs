using System.Text;
using ShimService.Contracts.V1;
using ShimService.Daemon.Verbs.Creation;
using ShimService.Oci;
using ShimService.Oci.Build.Windows;

namespace ShimService.Daemon.Verbs.Explaining;

/// <summary>The spec a config has on Windows. There are no steps: nothing here would run it.</summary>
internal static class WindowsExplanation
{
    private const int LargestCredential = 1 << 20;

    /// <summary>Errors: SpecException with the field.</summary>
    /// <param name="id">The container's.</param>
    /// <param name="config">What is wanted.</param>
    /// <param name="windows">What only Windows knows of it; null = nothing.</param>
    /// <param name="credentials">The directory of credential specs.</param>
    public static ExplainResponse Of(
        string id, Contracts.V1.ContainerConfig config, Contracts.V1.WindowsConfig? windows, string credentials)
    {
        windows ??= new Contracts.V1.WindowsConfig();
        var warnings = new List<string>();
        var cpus = windows.Cpus > 0 ? (int)windows.Cpus : Environment.ProcessorCount;
        var json = WindowsSpecBuilder.Build(
            Map(id, config, windows), cpus, file => TryRead(credentials, file), warnings);
        return new ExplainResponse { SpecJson = Encoding.UTF8.GetString(json), Warnings = { warnings } };
    }

    private static Oci.Build.Windows.WindowsConfig Map(
        string id, Contracts.V1.ContainerConfig config, Contracts.V1.WindowsConfig windows) => new()
    {
        Id = id,
        Isolation = windows.Isolation switch
        {
            "" or "process" => WindowsIsolation.Process,
            "hyperv" => WindowsIsolation.HyperV,
            _ => throw new SpecException("windows.isolation", $"\"{windows.Isolation}\" is neither process nor hyperv"),
        },
        RootPath = windows.RootPath,
        LayerFolders = windows.LayerFolders,
        Path = config.Entrypoint.Count > 0 ? config.Entrypoint[0] : config.Args.FirstOrDefault() ?? "",
        Args = config.Entrypoint.Count > 0
            ? [.. config.Entrypoint.Skip(1), .. config.Args]
            : [.. config.Args.Skip(1)],
        ArgsEscaped = windows.ArgsEscaped,
        Env = config.Env,
        Cwd = config.Cwd,
        User = config.User,
        Terminal = config.Terminal,
        ConsoleSize = ConfigMapping.Map(config.ConsoleSize),
        Hostname = config.Hostname,
        Domainname = config.Domainname,
        Mounts = MountMapping.Map(config),
        Devices = windows.Devices,
        Resources = ResourceMapping.Map(config.Resources),
        Endpoints = windows.Endpoints,
        AllowUnqualifiedDnsQuery = windows.AllowUnqualifiedDnsQuery,
        DnsSearch = config.DnsSearch,
        NetworkSharedContainer = windows.NetworkSharedContainer,
        SecurityOptions = config.Security?.Options ?? [],
        HasBeenStarted = windows.HasBeenStarted,
        Annotations = config.Annotations.AsReadOnly(),
    };

    // The path is relative and without "..": the builder has seen to that. Links are not followed.
    private static string? TryRead(string directory, string file)
    {
        var found = new FileInfo(Path.Combine(directory, file.Replace('\\', '/')));
        try
        {
            return found is { Exists: true, LinkTarget: null, Length: <= LargestCredential }
                ? File.ReadAllText(found.FullName)
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
