using Google.Protobuf.Reflection;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Containerd;
using ShimService.Shim.Handlers.Private;
using ShimService.Shim.Handlers.Sandboxes;
using ShimService.Shim.Sandboxes;
using ShimService.Tasks.Journal;
using ShimService.Tasks.Supervision;
using ShimService.Testing.Fakes;

namespace ShimService.Shim.Tests.Handlers;

/// <summary>Every table against its descriptor, both ways: the shim itself never loads one.</summary>
public sealed class ServiceTableTests
{
    private readonly TaskManager _tasks = new(
        new FakeEngine(), new MemoryJournal(), new RecordedDiagnostics(), new TaskOptions(), TimeProvider.System);

    [Fact]
    public void Tables_WhenComparedWithTheContracts_ThenTheSame()
    {
        var task = new TaskHandlers(_tasks);
        Compare(task.Table("containerd.task.v2.Task"), Contracts.Containerd.Task.V2.TaskReflection.Descriptor);
        Compare(task.Table("containerd.task.v3.Task"), Contracts.Containerd.Task.V3.TaskReflection.Descriptor);
        Compare(
            new SandboxHandlers(new SandboxKeeper(_tasks, TimeProvider.System)).Table(),
            Contracts.Containerd.Runtime.Sandbox.V1.SandboxReflection.Descriptor);
        Compare(new ShimHandlers(_tasks, "g").Table(), Contracts.Shim.V1.ShimReflection.Descriptor);
    }

    private static void Compare(ServiceTable table, FileDescriptor file)
    {
        var service = Assert.Single(file.Services);
        Assert.Equal(service.FullName, table.Name);
        Assert.Equal(
            service.Methods.Select(
                method => $"{method.Name} {Kind(method)} {method.InputType.Name} {method.OutputType.Name}"),
            table.Methods.Select(row => $"{row.Name} {row.Kind} {row.RequestType.Name} {row.ResponseType.Name}"));
    }

    private static MethodKind Kind(MethodDescriptor method) =>
        (method.IsClientStreaming, method.IsServerStreaming) switch
    {
        (true, true) => MethodKind.Duplex,
        (true, false) => MethodKind.ClientStream,
        (false, true) => MethodKind.ServerStream,
        _ => MethodKind.Unary,
    };
}
