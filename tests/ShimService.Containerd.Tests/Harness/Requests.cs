using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V2;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>Requests as containerd sends them to a shim.</summary>
internal static class Requests
{
    /// <summary>An exec with nothing on its three streams.</summary>
    public static ExecProcessRequest Exec(string id, string execId, params string[] args) => new()
    {
        Id = id,
        ExecId = execId,
        Spec = new Any
        {
            TypeUrl = "types.containerd.io/opencontainers/runtime-spec/1/Process",
            Value = ByteString.CopyFromUtf8(JsonSerializer.Serialize(new Dictionary<string, object>
            {
                ["args"] = args,
                ["cwd"] = "/",
                ["env"] = new[] { "PATH=/usr/sbin:/usr/bin:/sbin:/bin" },
                ["user"] = new Dictionary<string, int> { ["uid"] = 0, ["gid"] = 0 },
            })),
        },
    };
}
