using System.Text;
using ShimService.Engine.Stdio.Loop;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Hooks;

/// <summary>
/// Reads what a hook writes to stderr for as long as it runs, so that it is never held up, and keeps the end of it.
/// Takes over the read end, which it makes non-blocking.
/// </summary>
internal sealed class HookOutput : IAsyncDisposable
{
    /// <summary>Bytes of the end that an error quotes.</summary>
    internal const int Kept = 2048;

    private const int MostAfterwards = 256 * 1024;

    private readonly StdioLoop _loop;
    private readonly FileDescriptor _source;
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly byte[] _tail = new byte[Kept];
    private readonly Task _reading;
    private long _total;

    public HookOutput(StdioLoop loop, FileDescriptor source)
    {
        _loop = loop;
        _source = source;
        Descriptors.SetNonBlocking(source);
        _reading = ReadAsync();
    }

    /// <summary>
    /// The end of what has been written by now; a child of the hook that writes on is not waited for.
    /// </summary>
    public async Task<string> FinishAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        for (var read = 0; read < MostAfterwards && ReadOnce() is > 0 and var count; read += count)
        {
        }

        return Text();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
        _source.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            do
            {
                await OneReadiness.WaitAsync(_loop, _source, Readiness.Readable, _stop.Token);
            }
            while (ReadOnce() != 0);
        }
        catch (OperationCanceledException)
        {
            // What is left is read by whoever stopped it.
        }
        catch (KernelException)
        {
            // The hook's words are lost, not the hook.
        }
    }

    /// <summary>Bytes read; 0 at the end, −1 when there are none now.</summary>
    private int ReadOnce()
    {
        var result = StreamIo.Read(_source, _buffer);
        if (!result.Succeeded)
        {
            return result.WouldBlock ? -1 : 0;
        }

        foreach (var one in _buffer.AsSpan(Math.Max(0, result.Count - Kept)..result.Count))
        {
            _tail[_total++ % Kept] = one;
        }

        return result.Count;
    }

    private string Text()
    {
        if (_total <= Kept)
        {
            return Encoding.UTF8.GetString(_tail, 0, (int)_total).Trim();
        }

        var split = (int)(_total % Kept);
        byte[] ordered = [.. _tail.AsSpan(split), .. _tail.AsSpan(0, split)];
        return $"…{Encoding.UTF8.GetString(ordered).Trim()}";
    }
}
