using ShimService.Tasks.Lifecycle;
using ContainerdStatus = ShimService.Contracts.Containerd.Types.Status;
using TaskState = ShimService.Contracts.V1.TaskState;

namespace ShimService.Shim.Handlers.Mapping;

internal static class Statuses
{
    public static ContainerdStatus ToContainerd(ProcessStatus status) => status switch
    {
        ProcessStatus.Creating or ProcessStatus.Deleted => ContainerdStatus.Unknown,
        ProcessStatus.Created => ContainerdStatus.Created,
        ProcessStatus.Running => ContainerdStatus.Running,
        ProcessStatus.Pausing => ContainerdStatus.Pausing,
        ProcessStatus.Paused => ContainerdStatus.Paused,
        ProcessStatus.Stopped => ContainerdStatus.Stopped,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    public static TaskState ToState(ProcessStatus status) => status switch
    {
        ProcessStatus.Creating or ProcessStatus.Deleted => TaskState.Unknown,
        ProcessStatus.Created => TaskState.Created,
        ProcessStatus.Running or ProcessStatus.Pausing => TaskState.Running,
        ProcessStatus.Paused => TaskState.Paused,
        ProcessStatus.Stopped => TaskState.Stopped,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };
}
