using System.Globalization;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>Files that containers wait for: what ends them also while containerd is away.</summary>
internal sealed class Flags : IAsyncDisposable
{
    private readonly string _directory;

    public Flags(ContainerdDaemon daemon) =>
        _directory = Directory.CreateDirectory(Path.Combine(daemon.Work, daemon.NewId("flags"))).FullName;

    /// <summary>For `ctr run`.</summary>
    public string[] Mount => ["--mount", $"type=bind,src={_directory},dst=/flags,options=rbind:ro"];

    /// <summary>The program of a container that ends with a status when the flag is raised.</summary>
    public static string[] Await(int flag, int status) => ["sh", "-c", string.Create(
        CultureInfo.InvariantCulture, $"until [ -e /flags/{flag} ]; do sleep 0.1; done; exit {status}")];

    public void Raise(int flag) =>
        File.WriteAllText(Path.Combine(_directory, flag.ToString(CultureInfo.InvariantCulture)), "");

    /// <summary>A test that failed leaves no container that waits for ever.</summary>
    public ValueTask DisposeAsync()
    {
        for (int flag = 0; flag < 100; flag++)
        {
            Raise(flag);
        }

        return ValueTask.CompletedTask;
    }
}
