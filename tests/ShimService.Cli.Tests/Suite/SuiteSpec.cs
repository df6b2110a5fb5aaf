using System.Text.Json.Nodes;

namespace ShimService.Cli.Tests.Suite;

/// <summary>A config.json on the suite's root, in a control group of its own.</summary>
internal static class SuiteSpec
{
    public static JsonObject Of(string rootfs, string name, params string[] args)
    {
        JsonObject spec = JsonNode.Parse($$"""
            {
              "ociVersion": "1.0.2",
              "root": { "path": "{{rootfs}}", "readonly": true },
              "hostname": "suite",
              "process": {
                "user": { "uid": 0, "gid": 0 },
                "cwd": "/",
                "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
                "capabilities": {
                  "bounding": ["CAP_KILL"], "permitted": ["CAP_KILL"], "effective": ["CAP_KILL"]
                }
              },
              "mounts": [
                { "destination": "/proc", "type": "proc", "source": "proc" },
                { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"] },
                {
                  "destination": "/dev/pts", "type": "devpts", "source": "devpts",
                  "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]
                },
                { "destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev"] }
              ],
              "linux": {
                "cgroupsPath": "/{{name}}",
                "resources": { "memory": { "limit": 134217728 }, "pids": { "limit": 100 } },
                "namespaces": [
                  { "type": "pid" }, { "type": "mount" }, { "type": "uts" }, { "type": "ipc" }, { "type": "network" }
                ]
              }
            }
            """)!.AsObject();
        spec["process"]!["args"] = new JsonArray([.. args.Select(word => JsonValue.Create(word))]);
        return spec;
    }
}
