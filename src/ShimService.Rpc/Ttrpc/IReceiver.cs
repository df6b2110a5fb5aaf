using System.Net.Sockets;

namespace ShimService.Rpc;

/// <summary>
/// Threads that wait for requests and run them, in place of the runtime's: its own poller hands each request on to a
/// thread of the pool, which costs two wake-ups where one does. Any thread.
/// </summary>
public interface IReceiver
{
    /// <summary>
    /// A connection's socket, which does not block; its <see cref="IReadable"/> is disposed before it. Errors:
    /// SocketException where no more can be watched.
    /// </summary>
    IReadable Add(Socket socket);

    /// <summary>
    /// On one of its own threads: keeps the work until that thread has nothing to receive, and then runs it there or on
    /// the pool. False: not one of its threads, or it has work already; the caller queues it.
    /// </summary>
    bool TryKeep(IThreadPoolWorkItem work);
}
