namespace ShimService.EndToEnd.Tests.Harness;

/// <summary>Whose gRPC implementation speaks to shimd: none of them is ours.</summary>
public enum ClientKind
{
    /// <summary>@grpc/grpc-js on Node.</summary>
    Node,

    /// <summary>python3-grpcio, the C core.</summary>
    Python,
}
