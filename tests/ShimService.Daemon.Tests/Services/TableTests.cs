using Google.Protobuf.Reflection;
using ShimService.Daemon.Tests.Fakes;
using ShimService.Rpc;

namespace ShimService.Daemon.Tests.Services;

/// <summary>Tables name their methods by hand; the contracts have the last word.</summary>
public sealed class TableTests
{
    [Fact]
    public async Task Tables_WhenComparedWithTheContracts_ThenNamesKindsAndMessagesAgreeBothWays()
    {
        await using var daemon = await TestDaemon.StartAsync();
        FileDescriptor[] files =
        [
            Contracts.V1.TaskReflection.Descriptor,
            Contracts.V1.EventReflection.Descriptor,
            Contracts.V1.NetworkReflection.Descriptor,
            Contracts.V1.VolumeReflection.Descriptor,
            Contracts.V1.SystemReflection.Descriptor,
            Contracts.Containerd.Task.V3.TaskReflection.Descriptor,
            Contracts.Containerd.Task.V2.TaskReflection.Descriptor,
        ];
        var services = files.SelectMany(file => file.Services).ToDictionary(service => service.FullName);
        Assert.Equal(services.Keys.Order(), daemon.Parts.Tables.Select(table => table.Name).Order());
        foreach (var table in daemon.Parts.Tables)
        {
            Assert.Equal(
                services[table.Name].Methods.Select(Describe).Order(),
                table.Methods.Select(Describe).Order());
        }
    }

    private static string Describe(MethodDescriptor method)
    {
        var kind = (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (false, false) => MethodKind.Unary,
            (false, true) => MethodKind.ServerStream,
            (true, false) => MethodKind.ClientStream,
            (true, true) => MethodKind.Duplex,
        };
        return $"{method.Name} {kind} {method.InputType.Name} {method.OutputType.Name}";
    }

    private static string Describe(RpcMethod method) =>
        $"{method.Name} {method.Kind} {method.RequestType.Name} {method.ResponseType.Name}";
}
