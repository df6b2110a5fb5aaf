using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace ShimService.Cli.Attached;

/// <summary>
/// Catches the signals a user sends us while we stand for a container and hands them on,
/// one after another, in order. Dispose gives the signals their own meaning again.
/// </summary>
internal sealed class SignalForwarder : IAsyncDisposable
{
    /// <summary>SIGWINCH: our terminal has a new size.</summary>
    public const int WindowChanged = 28;

    // HUP INT QUIT USR1 USR2 TERM. Not CHLD, CONT and TSTP: they are about us.
    private static readonly int[] Forwarded = [1, 2, 3, 10, 12, 15];

    private readonly Channel<int> _signals = Channel.CreateUnbounded<int>(new() { SingleReader = true });
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Task _loop;

    public SignalForwarder(bool withWindow, Func<int, Task> forward)
    {
        foreach (int signal in withWindow ? [.. Forwarded, WindowChanged] : Forwarded)
        {
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
            {
                context.Cancel = true;
                _signals.Writer.TryWrite(signal);
            }));
        }

        _loop = ForwardAllAsync(forward);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _signals.Writer.TryComplete();
        await _loop;
    }

    private async Task ForwardAllAsync(Func<int, Task> forward)
    {
        await foreach (int signal in _signals.Reader.ReadAllAsync())
        {
            await forward(signal);
        }
    }
}
