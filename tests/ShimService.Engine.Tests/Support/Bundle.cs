using System.Text.Json;
using System.Text.Json.Nodes;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Support;

/// <summary>A bundle directory of the test's own, with a small valid config.json.</summary>
internal sealed class Bundle : IDisposable
{
    public Bundle(params string[] args)
    {
        Path = Directory.CreateTempSubdirectory("shimservice-bundle-").FullName;
        Directory.CreateDirectory(System.IO.Path.Join(Path, "rootfs"));
        var list = new JsonArray();
        foreach (var arg in args)
        {
            list.Add(arg);
        }

        Config = new JsonObject
        {
            ["ociVersion"] = "1.2.0",
            ["root"] = new JsonObject { ["path"] = "rootfs" },
            ["process"] = new JsonObject
            {
                ["cwd"] = "/",
                ["args"] = list,
                ["env"] = new JsonArray("PATH=/usr/bin:/bin"),
                ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 },
            },
            ["linux"] = new JsonObject
            {
                ["namespaces"] = new JsonArray(
                    new JsonObject { ["type"] = "pid" },
                    new JsonObject { ["type"] = "mount" },
                    new JsonObject { ["type"] = "uts" },
                    new JsonObject { ["type"] = "ipc" }),
            },
        };
        Write();
    }

    public string Path { get; }

    public JsonObject Config { get; }

    public string Id { get; } = $"engine-test-{Guid.NewGuid():N}"[..24];

    public void Write() => File.WriteAllText(System.IO.Path.Join(Path, "config.json"), Config.ToJsonString());

    public ContainerRequest Request() => new(
        ContainerId.Parse(Id, "id"), Path, [], new StdioRequest("", "", "", Terminal: false));

    public static ReadOnlyMemory<byte> Process(params string[] args) =>
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            cwd = "/",
            args,
            env = new[] { "PATH=/usr/bin:/bin" },
            user = new { uid = 0, gid = 0 },
        });

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
