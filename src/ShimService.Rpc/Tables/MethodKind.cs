namespace ShimService.Rpc;

/// <summary>Who sends more than one message.</summary>
public enum MethodKind
{
    Unary,
    ServerStream,
    ClientStream,
    Duplex,
}
