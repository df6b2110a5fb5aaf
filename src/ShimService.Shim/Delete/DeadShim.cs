using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;
using ShimService.Shim.CommandLine;
using ShimService.Shim.Forward;
using ShimService.Shim.Journal;
using ShimService.Shim.Serve;

namespace ShimService.Shim.Delete;

/// <summary>
/// What a shim that was killed leaves behind for all its containers: events nobody has taken, and its socket. Whoever
/// cleans up after the first of them does it for the group; while the shim lives nothing is touched.
/// </summary>
internal static class DeadShim
{
    private static readonly TimeSpan ForwardLimit = TimeSpan.FromMilliseconds(1500);

    public static async Task CleanUpAsync(string socket, ShimArguments arguments, TimeProvider time)
    {
        try
        {
            // Looked at before the lock is: an orderly end leaves nothing, and most deletes come after one.
            var journal = ShimOptions.JournalPathOf(socket);
            if (!File.Exists(journal) && !File.Exists(socket))
            {
                return;
            }

            using var dead = FileLock.TryAcquire(ShimOptions.AliveLockOf(socket));
            if (dead is null)
            {
                return;
            }

            if (File.Exists(journal))
            {
                await ForwardAsync(journal, arguments, time);
            }

            using var held = FileLock.Acquire(socket + ".lock");
            if (IsSocket(socket) && !Start.ShimSocket.IsAlive(socket))
            {
                File.Delete(socket);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or KernelException)
        {
            // The next start of the group replaces the socket, and its shim goes on with the journal.
        }
    }

    /// <summary>What a bundle names may be anything by now.</summary>
    private static bool IsSocket(string path)
    {
        using var file = Files.Open(path, OpenFlags.Path | OpenFlags.NoFollow);
        return FileFacts.Read(file, path).Kind == FileKind.Socket;
    }

    private static async Task ForwardAsync(string path, ShimArguments arguments, TimeProvider time)
    {
        using var journal = new FileJournal(path, new JournalOptions(), static _ => { });
        var address = ContainerdEvents.AddressOf(
            Environment.GetEnvironmentVariable(ShimEnvironment.TtrpcAddress), arguments.Address);
        if (address.Length > 0)
        {
            await using var receiver = new ContainerdEvents(address, arguments.Namespace, time);
            using var limit = new CancellationTokenSource(ForwardLimit, time);
            try
            {
                await new EventForwarder(journal, receiver, static _ => { }, new ForwardOptions(), time)
                    .ForwardAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                // The journal keeps the rest.
            }
        }

        journal.RemoveIfTaken();
    }
}
