namespace ShimService.Containerd.Tests.Harness;

/// <summary>What a containerd needs to run pods for a kubelet; a network plugin of ours included.</summary>
/// <param name="Sandboxer">Who makes pods, in containerd 2.x: "podsandbox" (a pause container), or "shim".</param>
internal sealed record Kubernetes(string Sandboxer)
{
    /// <summary>containerd's for all that comes over CRI.</summary>
    public const string Namespace = "k8s.io";

    public const string PauseImage = "docker.io/library/pause:latest";

    /// <summary>The plugins that serve CRI, under the names of every release, as a configuration lists them.</summary>
    public const string Plugins =
        "\"io.containerd.grpc.v1.cri\", \"io.containerd.cri.v1.images\", \"io.containerd.cri.v1.runtime\",";

    /// <summary>Where containerd's network library writes down results; it has no setting for that.</summary>
    private const string Cache = "/var/lib/cni";

    /// <summary>Answers an address that nobody has; it is loopback too, which containerd asks for by name.</summary>
    private const string Plugin = """
        #!/bin/sh
        case $CNI_COMMAND in
        VERSION) echo '{"cniVersion":"0.4.0","supportedVersions":["0.3.1","0.4.0","1.0.0"]}' ;;
        ADD)
            nsenter --net="$CNI_NETNS" busybox ip link set lo up || exit 1
            echo '{"cniVersion":"0.4.0","interfaces":[{"name":"'$CNI_IFNAME'","sandbox":"'$CNI_NETNS'"}],
                "ips":[{"version":"4","interface":0,"address":"192.0.2.1/24"}]}'
            ;;
        esac

        """;

    private readonly bool _hadCache = Directory.Exists(Cache);

    /// <summary>Takes the library's directories away again, if they were not there before.</summary>
    public void RemoveCache()
    {
        if (!_hadCache && Directory.Exists(Cache)
            && Directory.GetFiles(Cache, "*", SearchOption.AllDirectories).Length == 0)
        {
            Directory.Delete(Cache, recursive: true);
        }
    }

    /// <summary>Version 2 of the format, which newer releases translate. Writes the plugin.</summary>
    public string Configuration(string work)
    {
        string programs = Directory.CreateDirectory(Path.Combine(work, "cni/bin")).FullName;
        string networks = Directory.CreateDirectory(Path.Combine(work, "cni/net.d")).FullName;
        foreach (string name in new[] { "loopback", "nowhere" })
        {
            File.WriteAllText(Path.Combine(programs, name), Plugin);
            File.SetUnixFileMode(Path.Combine(programs, name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        File.WriteAllText(Path.Combine(networks, "10-nowhere.conflist"),
            """{"cniVersion":"0.4.0","name":"nowhere","plugins":[{"type":"nowhere"}]}""");
        return $"""
            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "{PauseImage}"
              # A host may forbid to lower it.
              restrict_oom_score_adj = true
              netns_mounts_under_state_dir = true
              [plugins."io.containerd.grpc.v1.cri".cni]
                bin_dir = "{programs}"
                conf_dir = "{networks}"
              [plugins."io.containerd.grpc.v1.cri".containerd]
                default_runtime_name = "shimservice"
                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.shimservice]
                  runtime_type = "{ContainerdDaemon.Runtime}"
                  {(Sandboxer.Length == 0 ? "" : $"sandboxer = \"{Sandboxer}\"")}
            """;
    }
}
