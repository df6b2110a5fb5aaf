using System.Diagnostics;
using System.Text.Json.Nodes;
using ShimService.Contracts.Containerd.Task.V2;
using ShimService.Contracts.Containerd.Types;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>A bundle as containerd makes one, for a container that a shim gets past containerd.</summary>
internal sealed class PlainBundle : IDisposable
{
    private readonly ContainerdDaemon _daemon;

    public PlainBundle(ContainerdDaemon daemon, string id, params string[] args)
    {
        _daemon = daemon;
        Id = id;
        Path = System.IO.Path.Combine(daemon.Work, "plain", id);
        Directory.CreateDirectory(System.IO.Path.Combine(Path, "rootfs"));
        JsonNode spec = JsonNode.Parse($$"""
            {
              "ociVersion": "1.0.2",
              "root": { "path": "rootfs" },
              "process": {
                "user": { "uid": 0, "gid": 0 }, "cwd": "/", "noNewPrivileges": true,
                "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
              },
              "mounts": [
                { "destination": "/proc", "type": "proc", "source": "proc" },
                { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"] }
              ],
              "linux": {
                "cgroupsPath": "/{{daemon.Namespace}}/{{id}}",
                "namespaces": [
                  { "type": "pid" }, { "type": "mount" }, { "type": "uts" }, { "type": "ipc" }, { "type": "network" }
                ]
              }
            }
            """)!;
        spec["process"]!["args"] = new JsonArray([.. args.Select(word => JsonValue.Create(word))]);
        File.WriteAllText(System.IO.Path.Combine(Path, "config.json"), spec.ToJsonString());
    }

    public string Id { get; }

    public string Path { get; }

    /// <summary>Create on a bind mount of the busybox root; streams are "" where nothing is asked for.</summary>
    public CreateTaskRequest Create(string stdout = "")
    {
        var request = new CreateTaskRequest { Id = Id, Bundle = Path, Stdout = stdout };
        request.Rootfs.Add(new Mount
        {
            Type = "bind",
            Source = System.IO.Path.Combine(_daemon.Work, "rootfs"),
            Options = { "rbind", "ro" },
        });
        return request;
    }

    /// <summary>A new fifo in the bundle.</summary>
    public string Fifo(string name)
    {
        string path = System.IO.Path.Combine(Path, name);
        using Process process = Process.Start("mkfifo", path);
        process.WaitForExit();
        return process.ExitCode == 0 ? path : throw new InvalidOperationException($"mkfifo {path}: {process.ExitCode}");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
