using ShimService.Tasks.Values;

namespace ShimService.Shim.Handlers.Mapping;

internal static class Ids
{
    public static ContainerId Container(string id) => ContainerId.Parse(id, "id");

    /// <summary>Null for the init process, which requests name by leaving exec_id empty.</summary>
    public static ExecId? Process(string execId) => execId.Length == 0 ? null : ExecId.Parse(execId, "exec_id");

    public static ExecId Exec(string execId) => ExecId.Parse(execId, "exec_id");
}
