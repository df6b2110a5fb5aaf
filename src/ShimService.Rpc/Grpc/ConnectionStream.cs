using System.Net.Sockets;

namespace ShimService.Rpc.Grpc;

/// <summary>A socket's stream that says when the HTTP connection lets go of it: that is when it is gone.</summary>
internal sealed class ConnectionStream(Socket socket, TaskCompletionSource closed)
    : NetworkStream(socket, ownsSocket: true)
{
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        closed.TrySetResult();
    }
}
