using System.Collections.Concurrent;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Testing.Fakes;

/// <summary>
/// An engine without a kernel: processes are objects, and every call can be held and let go by a test.
/// </summary>
internal sealed class FakeEngine : IEngine
{
    private int _pid = 1000;

    public ConcurrentDictionary<string, FakeContainer> Containers { get; } = new();

    public FakeCalls Calls { get; } = new();

    public bool PrivatePids { get; set; } = true;

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public IReadOnlyList<ExplainedStep> Explain(string bundle) => [new("mount /proc", "mount()", "linux.namespaces")];

    public async Task<IContainer> CreateAsync(
        ContainerRequest request, IContainerObserver observer, CancellationToken abort)
    {
        await Calls.EnterAsync("create", abort);
        var container = new FakeContainer(this, request, observer);
        Containers[request.Id.Value] = container;
        return container;
    }

    public FakeProcess NewProcess(StdioRequest stdio) => new(new Pid(Interlocked.Increment(ref _pid)), stdio, Time);

    public static TaskException Fault(string step, string errno) => new(
        ErrorKind.FailedPrecondition, ErrorReason.LaunchFailed, $"{step}: {errno}") { Step = step, Errno = errno };
}
