using ShimService.Tasks.Values;

namespace ShimService.Tasks.Supervision;

/// <summary>Where failures go that no caller is waiting for. Called from any thread: must not block.</summary>
public interface ITaskDiagnostics
{
    void Failed(ContainerId container, string step, Exception failure);
}
