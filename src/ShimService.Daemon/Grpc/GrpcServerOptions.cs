using Google.Protobuf.Reflection;
using ShimService.Daemon.Grpc.Health;
using ShimService.Rpc;

namespace ShimService.Daemon.Grpc;

/// <summary>What the gRPC side of the server knows besides its tables.</summary>
public sealed record GrpcServerOptions
{
    /// <summary>Largest message taken or sent, unpacked, in bytes.</summary>
    public int MessageLimit { get; init; } = MessageCodec.DefaultLimit;

    /// <summary>The files of the tables' services, for reflection; their imports come along by themselves.</summary>
    public IReadOnlyList<FileDescriptor> Files { get; init; } = [];

    /// <summary>What grpc.health.v1 answers.</summary>
    public HealthStates Health { get; init; } = new();

    /// <summary>Told of what a handler threw that is neither an RpcException nor a cancellation.</summary>
    public Action<RpcContext, Exception>? Unexpected { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
