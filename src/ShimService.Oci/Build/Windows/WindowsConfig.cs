namespace ShimService.Oci.Build.Windows;

/// <summary>A container of a Windows host, as a person describes it.</summary>
public sealed record WindowsConfig
{
    public string Id { get; init; } = "";

    public WindowsIsolation Isolation { get; init; }

    /// <summary>With process isolation: \\?\Volume{GUID}\, the mounted root.</summary>
    public string RootPath { get; init; } = "";

    /// <summary>The image's layers from the top to the base, and the writable scratch layer last.</summary>
    public IReadOnlyList<string> LayerFolders { get; init; } = [];

    public string Path { get; init; } = "";

    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>The command becomes one line: the program as it is, every argument escaped.</summary>
    public bool ArgsEscaped { get; init; }

    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Empty = C:\.</summary>
    public string Cwd { get; init; } = "";

    public string User { get; init; } = "";

    public bool Terminal { get; init; }

    public Model.ConsoleSize? ConsoleSize { get; init; }

    public string Hostname { get; init; } = "";

    public string Domainname { get; init; } = "";

    public IReadOnlyList<MountConfig> Mounts { get; init; } = [];

    /// <summary>"class/GUID" or "KIND://ID".</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    public ResourcesConfig Resources { get; init; } = new();

    /// <summary>Ids of the host's network endpoints.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    public bool AllowUnqualifiedDnsQuery { get; init; }

    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    /// <summary>The container whose network this one shares.</summary>
    public string NetworkSharedContainer { get; init; } = "";

    /// <summary>"credentialspec=file://…", "credentialspec=raw://…"; the last one counts.</summary>
    public IReadOnlyList<string> SecurityOptions { get; init; } = [];

    /// <summary>It has run before: what it flushes at boot then has to reach the disk.</summary>
    public bool HasBeenStarted { get; init; }

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = Model.EmptyMap.Instance;
}
