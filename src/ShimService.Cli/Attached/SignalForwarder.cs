using System.Runtime.InteropServices;
using System.Threading.Channels;
using ShimService.Rpc;

namespace ShimService.Cli.Attached;

/// <summary>
/// Catches the signals a user sends us while we stand for a container and hands them on,
/// one after another, in order. Dispose gives the signals their own meaning again.
///
/// A program may ignore them all. The third that asks for an end is therefore meant for us: we leave, as docker's
/// command line does.
/// </summary>
internal sealed class SignalForwarder : IAsyncDisposable
{
    /// <summary>SIGWINCH: our terminal has a new size.</summary>
    public const int WindowChanged = 28;

    // HUP INT QUIT USR1 USR2 TERM. Not CHLD, CONT and TSTP: they are about us.
    private static readonly int[] Forwarded = [1, 2, 3, 10, 12, 15];

    /// <summary>INT and TERM.</summary>
    private static readonly int[] Ending = [2, 15];

    private const int EndingsUntilWeLeave = 3;

    private readonly Channel<int> _signals = Channel.CreateUnbounded<int>(new() { SingleReader = true });
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly CancellationTokenSource _left = new();
    private readonly Task _loop;
    private int _endings;

    public SignalForwarder(bool withWindow, Func<int, Task> forward)
    {
        foreach (int signal in withWindow ? [.. Forwarded, WindowChanged] : Forwarded)
        {
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
            {
                context.Cancel = true;
                Receive(signal);
            }));
        }

        _loop = ForwardAllAsync(forward);
    }

    /// <summary>Cancelled when we are to leave.</summary>
    public CancellationToken Left => _left.Token;

    /// <summary>What leaving is told by.</summary>
    public CliException Departure { get; private set; } = new("left");

    /// <summary>A signal has come. Any thread.</summary>
    internal void Receive(int signal)
    {
        if (Ending.Contains(signal) && Interlocked.Increment(ref _endings) == EndingsUntilWeLeave)
        {
            Departure = new CliException(
                $"left at the third signal; the process runs on: kill it with signal KILL", 128 + signal);
            _left.Cancel();
        }

        _signals.Writer.TryWrite(signal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _signals.Writer.TryComplete();
        await _loop;
        _left.Dispose();
    }

    // One that cannot be handed on (the process is gone, or we have left) is no reason to end badly.
    private async Task ForwardAsync(Func<int, Task> forward, int signal)
    {
        try
        {
            await forward(signal).WaitAsync(Left);
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException)
        {
            // What our caller waits for tells the same.
        }
    }

    private async Task ForwardAllAsync(Func<int, Task> forward)
    {
        await foreach (int signal in _signals.Reader.ReadAllAsync())
        {
            await ForwardAsync(forward, signal);
        }
    }
}
