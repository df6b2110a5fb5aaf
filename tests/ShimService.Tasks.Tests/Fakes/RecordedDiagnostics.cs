using System.Collections.Concurrent;
using ShimService.Tasks.Supervision;
using ShimService.Tasks.Values;

namespace ShimService.Testing.Fakes;

internal sealed class RecordedDiagnostics : ITaskDiagnostics
{
    public ConcurrentQueue<(string Step, Exception Failure)> Failures { get; } = new();

    public void Failed(ContainerId container, string step, Exception failure) => Failures.Enqueue((step, failure));
}
