using ShimService.Linux.Abi;
using ShimService.Linux.Netlink;

namespace ShimService.Linux.Tests.Netlink;

/// <summary>Two network namespaces that go with this object: nothing happens in the host's.</summary>
internal sealed class TestNamespaces : IAsyncDisposable
{
    private readonly NamespaceHolder _here = Hold();
    private readonly NamespaceHolder _there = Hold();
    private readonly NamespaceVisitor _visitor = new();

    private TestNamespaces()
    {
        Here = OpenOf(_here);
        There = OpenOf(_there);
    }

    public FileDescriptor Here { get; }

    public FileDescriptor There { get; }

    public RouteSocket Route { get; private set; } = null!;

    public RouteSocket RouteThere { get; private set; } = null!;

    public static async Task<TestNamespaces> MakeAsync()
    {
        var made = new TestNamespaces();
        made.Route = await made._visitor.VisitAsync(made.Here, RouteSocket.Open);
        made.RouteThere = await made._visitor.VisitAsync(made.There, RouteSocket.Open);
        return made;
    }

    public ValueTask DisposeAsync()
    {
        Route.Dispose();
        RouteThere.Dispose();
        Here.Dispose();
        There.Dispose();
        _visitor.Dispose();
        _here.Dispose();
        _there.Dispose();
        return ValueTask.CompletedTask;
    }

    private static NamespaceHolder Hold() =>
        NamespaceHolder.Open(new NamespaceSettings { Made = NamespaceFlags.Network });

    private static FileDescriptor OpenOf(NamespaceHolder holder) =>
        Files.Open($"/proc/self/task/{holder.ThreadId}/ns/net", OpenFlags.ReadOnly);
}
