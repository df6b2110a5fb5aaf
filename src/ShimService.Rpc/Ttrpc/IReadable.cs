namespace ShimService.Rpc;

/// <summary>A socket that an <see cref="IReceiver"/> watches.</summary>
public interface IReadable : IDisposable
{
    /// <summary>
    /// Until there is something to receive, or the peer has closed; what awaits it goes on there and then. One wait at
    /// a time. Errors: ObjectDisposedException once it is disposed.
    /// </summary>
    ValueTask WaitAsync();
}
