using Google.Protobuf;
using Google.Protobuf.Reflection;
using ShimService.Contracts.Grpc.Reflection.V1;
using ShimService.Rpc.Tests.Conformance;
using ShimService.Rpc.Tests.Support;
using Alpha = ShimService.Contracts.Grpc.Reflection.V1Alpha;

namespace ShimService.Rpc.Tests.Grpc;

public sealed class ReflectionTests : IAsyncLifetime
{
    private GrpcTestServer? _server;
    private GrpcChannel? _channel;

    public async Task InitializeAsync()
    {
        _server = await GrpcTestServer.StartAsync(
            [new ConformanceService().Table],
            new() { Files = [ConformanceReflection.Descriptor, Contracts.V1.TaskReflection.Descriptor] });
        _channel = GrpcChannel.ForUnixSocket(_server.SocketPath);
    }

    public async Task DisposeAsync()
    {
        await _channel!.DisposeAsync();
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task List_WhenAsked_ThenNamesEveryService()
    {
        ServerReflectionResponse response = await AskAsync(new() { ListServices = "*" });

        Assert.Equal(
            [
                "grpc.health.v1.Health",
                "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection",
                "shimservice.conformance.v1.Conformance",
            ],
            response.ListServicesResponse.Service.Select(service => service.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("shimservice.v1.TaskService")]
    [InlineData("shimservice.v1.TaskService.Create")]
    [InlineData(".shimservice.v1.TaskService")]
    [InlineData("shimservice.v1.CreateRequest")]
    [InlineData("shimservice.v1.CreateRequest.bundle")]
    public async Task FileContainingSymbol_WhenKnown_ThenGivesTheFileAndAllItImports(string symbol)
    {
        ServerReflectionResponse response = await AskAsync(new() { FileContainingSymbol = symbol });

        // They must build on their own: that is what a client does with them.
        List<ByteString> files = [.. response.FileDescriptorResponse.FileDescriptorProto];
        Assert.Contains("shimservice/v1/task.proto", NamesOf(files));
        IReadOnlyList<FileDescriptor> built = FileDescriptor.BuildFromByteStrings(ImportsFirst(files));
        Assert.Contains(built, file => file.Services.Any(service => service.FullName == "shimservice.v1.TaskService"));
    }

    [Fact]
    public async Task FileByFilename_WhenKnown_ThenGivesIt() => Assert.Equal(
        "google/protobuf/timestamp.proto",
        NamesOf((await AskAsync(new() { FileByFilename = "google/protobuf/timestamp.proto" }))
            .FileDescriptorResponse.FileDescriptorProto).Single());

    [Fact]
    public async Task Ask_WhenTheNameIsUnknown_ThenIsAnAnswerAndTheStreamGoesOn()
    {
        List<ServerReflectionResponse> responses = await AskAllAsync(
            new() { FileContainingSymbol = "no.such.Symbol" },
            new() { FileByFilename = "no/such.proto" },
            new() { FileContainingExtension = new() { ContainingType = "a.B", ExtensionNumber = 1 } },
            new() { AllExtensionNumbersOfType = "a.B" },
            new(),
            new() { AllExtensionNumbersOfType = "shimservice.v1.CreateRequest" },
            new() { ListServices = string.Empty });

        Assert.Equal([5, 5, 5, 5, 3], responses.Take(5).Select(response => response.ErrorResponse.ErrorCode));
        Assert.Equal("shimservice.v1.CreateRequest", responses[5].AllExtensionNumbersResponse.BaseTypeName);
        Assert.Equal(4, responses[6].ListServicesResponse.Service.Count);
    }

    [Fact]
    public async Task Alpha_WhenAsked_ThenAnswersTheSame()
    {
        await using RpcDuplexCall<Alpha.ServerReflectionRequest, Alpha.ServerReflectionResponse> call =
            _channel!.Duplex<Alpha.ServerReflectionRequest, Alpha.ServerReflectionResponse>(
                "grpc.reflection.v1alpha.ServerReflection",
                "ServerReflectionInfo",
                Alpha.ServerReflectionResponse.Parser,
                Limit.Token());
        await call.WriteAsync(new() { FileContainingSymbol = "shimservice.v1.TaskService" }, Limit.Token());
        await call.CompleteAsync(Limit.Token());
        ServerReflectionResponse expected =
            await AskAsync(new() { FileContainingSymbol = "shimservice.v1.TaskService" });

        await foreach (Alpha.ServerReflectionResponse response in call.ReadAllAsync(Limit.Token()))
        {
            Assert.Equal(expected, ServerReflectionResponse.Parser.ParseFrom(response.ToByteString()));
        }
    }

    private static List<ByteString> ImportsFirst(List<ByteString> files)
    {
        Dictionary<string, ByteString> byName = files.ToDictionary(file => NamesOf([file]).Single());
        var ordered = new List<ByteString>();
        files.ForEach(Visit);
        return ordered;

        void Visit(ByteString file)
        {
            foreach (string import in FileDescriptorProto.Parser.ParseFrom(file).Dependency)
            {
                Visit(byName[import]);
            }

            if (!ordered.Contains(file))
            {
                ordered.Add(file);
            }
        }
    }

    private static IEnumerable<string> NamesOf(IEnumerable<ByteString> files) =>
        files.Select(file => FileDescriptorProto.Parser.ParseFrom(file).Name);

    private async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request) =>
        (await AskAllAsync(request)).Single();

    private async Task<List<ServerReflectionResponse>> AskAllAsync(params ServerReflectionRequest[] requests)
    {
        await using RpcDuplexCall<ServerReflectionRequest, ServerReflectionResponse> call =
            _channel!.Duplex<ServerReflectionRequest, ServerReflectionResponse>(
                "grpc.reflection.v1.ServerReflection",
                "ServerReflectionInfo",
                ServerReflectionResponse.Parser,
                Limit.Token());
        foreach (ServerReflectionRequest request in requests)
        {
            await call.WriteAsync(request, Limit.Token());
        }

        await call.CompleteAsync(Limit.Token());
        var responses = new List<ServerReflectionResponse>();
        await foreach (ServerReflectionResponse response in call.ReadAllAsync(Limit.Token()))
        {
            responses.Add(response);
        }

        return responses;
    }
}
