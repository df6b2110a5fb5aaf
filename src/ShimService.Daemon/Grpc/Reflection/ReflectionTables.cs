using Google.Protobuf;
using ShimService.Contracts.Grpc.Reflection.V1;
using ShimService.Rpc;
using Alpha = ShimService.Contracts.Grpc.Reflection.V1Alpha;

namespace ShimService.Daemon.Grpc.Reflection;

/// <summary>
/// grpc.reflection.v1 and v1alpha: the same messages under two names. Source: grpc/grpc-proto
/// grpc/reflection/v1/reflection.proto.
/// </summary>
internal static class ReflectionTables
{
    public const string NameV1 = "grpc.reflection.v1.ServerReflection";
    public const string NameV1Alpha = "grpc.reflection.v1alpha.ServerReflection";
    private const string MethodName = "ServerReflectionInfo";

    public static ServiceTable V1(ReflectionCatalogue catalogue) => new(
        NameV1,
        [
            RpcMethod.Duplex<ServerReflectionRequest, ServerReflectionResponse>(
                MethodName,
                ServerReflectionRequest.Parser,
                async (reader, writer, context) =>
                {
                    await foreach (ServerReflectionRequest request in reader.ReadAllAsync(context.Cancellation))
                    {
                        await writer.WriteAsync(Answer(catalogue, request), context.Cancellation);
                    }
                }),
        ]);

    public static ServiceTable V1Alpha(ReflectionCatalogue catalogue) => new(
        NameV1Alpha,
        [
            RpcMethod.Duplex<Alpha.ServerReflectionRequest, Alpha.ServerReflectionResponse>(
                MethodName,
                Alpha.ServerReflectionRequest.Parser,
                async (reader, writer, context) =>
                {
                    await foreach (Alpha.ServerReflectionRequest request in reader.ReadAllAsync(context.Cancellation))
                    {
                        ServerReflectionResponse response =
                            Answer(catalogue, ServerReflectionRequest.Parser.ParseFrom(request.ToByteString()));
                        await writer.WriteAsync(
                            Alpha.ServerReflectionResponse.Parser.ParseFrom(response.ToByteString()),
                            context.Cancellation);
                    }
                }),
        ]);

    // An unknown name is an answer, not the end of the stream.
    private static ServerReflectionResponse Answer(ReflectionCatalogue catalogue, ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        try
        {
            Fill(catalogue, request, response);
        }
        catch (RpcException error)
        {
            response.ErrorResponse = new ErrorResponse { ErrorCode = (int)error.Code, ErrorMessage = error.Message };
        }

        return response;
    }

    private static void Fill(
        ReflectionCatalogue catalogue, ServerReflectionRequest request, ServerReflectionResponse response)
    {
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = new();
                response.ListServicesResponse.Service.AddRange(
                    catalogue.Services.Select(name => new ServiceResponse { Name = name }));
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                response.FileDescriptorResponse = new();
                response.FileDescriptorResponse.FileDescriptorProto.AddRange(catalogue.ByName(request.FileByFilename));
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                response.FileDescriptorResponse = new();
                response.FileDescriptorResponse.FileDescriptorProto.AddRange(
                    catalogue.BySymbol(request.FileContainingSymbol));
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension:
                throw RpcException.NotFound(
                    "UNKNOWN_EXTENSION",
                    $"{request.FileContainingExtension.ContainingType} has no extensions: all files are proto3");
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType:
                string type = request.AllExtensionNumbersOfType;
                response.AllExtensionNumbersResponse = catalogue.IsMessage(type)
                    ? new ExtensionNumberResponse { BaseTypeName = type }
                    : throw RpcException.NotFound("UNKNOWN_SYMBOL", $"unknown type {type}");
                break;
            default:
                throw RpcException.InvalidArgument("message_request", "the request asks for nothing");
        }
    }
}
