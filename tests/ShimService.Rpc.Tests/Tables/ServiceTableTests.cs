using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Grpc.Health.V1;
using ShimService.Contracts.Grpc.Reflection.V1;
using ShimService.Daemon.Grpc.Health;
using ShimService.Daemon.Grpc.Reflection;
using ShimService.Rpc.Tests.Conformance;
using Alpha = ShimService.Contracts.Grpc.Reflection.V1Alpha;

namespace ShimService.Rpc.Tests.Tables;

public sealed class ServiceTableTests
{
    private static readonly ServiceDescriptor Service = ConformanceReflection.Descriptor.Services[0];

    [Fact]
    public void Compare_WhenTablesAreTheServed_ThenTheyAgreeWithTheirServices()
    {
        var catalogue = new ReflectionCatalogue([], []);

        Assert.Empty(ServiceTableCheck.Compare(new ConformanceService().Table, Service));
        Assert.Empty(ServiceTableCheck.Compare(HealthTable.Of(new()), HealthReflection.Descriptor.Services[0]));
        Assert.Empty(ServiceTableCheck.Compare(
            ReflectionTables.V1(catalogue), ReflectionReflection.Descriptor.Services[0]));
        Assert.Empty(ServiceTableCheck.Compare(
            ReflectionTables.V1Alpha(catalogue), Alpha.ReflectionReflection.Descriptor.Services[0]));
    }

    [Fact]
    public void Compare_WhenTheyDiffer_ThenSaysEachDifference()
    {
        var table = new ServiceTable("shimservice.conformance.v1.Other",
        [
            RpcMethod.Unary<Empty, EchoResponse>("Echo", Empty.Parser, (_, _) => Task.FromResult(new EchoResponse())),
            RpcMethod.Unary<CountRequest, CountResponse>(
                "Count", CountRequest.Parser, (_, _) => Task.FromResult(new CountResponse())),
            RpcMethod.Unary<Empty, Empty>("More", Empty.Parser, (_, _) => Task.FromResult(new Empty())),
        ]);

        IReadOnlyList<string> differences = ServiceTableCheck.Compare(table, Service);

        Assert.Contains(differences, line => line.Contains("the service's name", StringComparison.Ordinal));
        Assert.Contains(differences, line => line.Contains("the request of", StringComparison.Ordinal));
        Assert.Contains(differences, line => line.Contains("the kind of", StringComparison.Ordinal));
        Assert.Contains(differences, line => line.Contains("/Fail is not in the table", StringComparison.Ordinal));
        Assert.Contains(differences, line => line.Contains("/More is not in the service", StringComparison.Ordinal));
        Assert.Equal(9, differences.Count);
    }

    [Fact]
    public void New_WhenANameIsThereTwice_ThenThrows()
    {
        ServiceTable table = new ConformanceService().Table;

        Assert.Throws<ArgumentException>(() => new ServiceTable("a.B", [table.Methods[0], table.Methods[0]]));
        Assert.Throws<ArgumentException>(() => new ServiceTables([table, table]));
    }
}
