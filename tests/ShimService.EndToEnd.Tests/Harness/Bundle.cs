using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests.Harness;

/// <summary>An OCI bundle on the busybox root, as a caller of runc would write it.</summary>
internal static class Bundle
{
    /// <returns>The bundle's directory; it goes with the daemon's work directory.</returns>
    public static string Write(Shimd daemon, string name, params string[] args) =>
        Write(daemon, name, _ => { }, args);

    public static string Write(Shimd daemon, string name, Action<JsonObject> change, params string[] args)
    {
        string directory = Path.Combine(daemon.Work, "bundles", name);
        Directory.CreateDirectory(directory);
        JsonObject spec = JsonNode.Parse($$"""
            {
              "ociVersion": "1.0.2",
              "root": { "path": "{{daemon.Rootfs}}", "readonly": true },
              "hostname": "bundle",
              "process": {
                "user": { "uid": 0, "gid": 0 },
                "cwd": "/",
                "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
                "noNewPrivileges": true,
                "capabilities": {
                  "bounding": ["CAP_KILL"], "permitted": ["CAP_KILL"], "effective": ["CAP_KILL"]
                }
              },
              "mounts": [
                { "destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid", "noexec", "nodev"] },
                { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"] },
                { "destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev"] }
              ],
              "linux": {
                "namespaces": [
                  { "type": "pid" }, { "type": "mount" }, { "type": "uts" }, { "type": "ipc" }, { "type": "network" }
                ],
                "maskedPaths": ["/proc/kcore"],
                "readonlyPaths": ["/proc/sys"]
              }
            }
            """)!.AsObject();
        spec["process"]!["args"] = new JsonArray([.. args.Select(word => JsonValue.Create(word))]);
        change(spec);
        File.WriteAllText(Path.Combine(directory, "config.json"), spec.ToJsonString());
        return directory;
    }
}
