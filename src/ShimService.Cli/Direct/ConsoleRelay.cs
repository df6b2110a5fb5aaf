using System.IO.Pipes;
using System.Net.Sockets;
using ShimService.Cli.Descriptors;
using ShimService.Cli.Terminal;

namespace ShimService.Cli.Direct;

/// <summary>
/// A console socket of our own: we hold the other end of the process's terminal and copy between it and our streams.
/// Ours becomes raw where it is a terminal. The end of our input ends nothing, as with runc.
/// </summary>
internal sealed class ConsoleRelay : IDisposable
{
    private const int Microseconds = 30_000_000;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    // Closed when the process has exited, to wake the copying of its output.
    private readonly AnonymousPipeServerStream _exited = new(PipeDirection.In);
    private Thread? _output;
    private RawTerminal? _raw;
    private int _master = -1;

    public ConsoleRelay(string directory, string name)
    {
        SocketPath = Path.Combine(directory, name + ".tty");
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen(1);
    }

    public string SocketPath { get; }

    /// <summary>Takes the terminal, which has been sent, and begins to copy.</summary>
    /// <exception cref="CliException">None came.</exception>
    public void Receive()
    {
        if (!_listener.Poll(Microseconds, SelectMode.SelectRead))
        {
            throw new CliException("the process's terminal did not come", ExitStatus.RuncStyle);
        }

        using (Socket sender = _listener.Accept())
        {
            _master = HandedDescriptor.Receive(sender);
        }

        File.Delete(SocketPath);

        Resize();
        _raw = RawTerminal.Enter(0);
        _output = new Thread(CopyOutput) { IsBackground = true, Name = "terminal output" };
        _output.Start();
        new Thread(CopyInput) { IsBackground = true, Name = "terminal input" }.Start();
    }

    /// <summary>The size of our terminal becomes that of the process's; nothing where we have none.</summary>
    public void Resize()
    {
        if ((TerminalSize.Of(0) ?? TerminalSize.Of(1)) is { } size)
        {
            size.Give(_master);
        }
    }

    /// <summary>The process has exited: returns when what it wrote is written.</summary>
    public void Finish()
    {
        _exited.ClientSafePipeHandle.Dispose();
        _output?.Join();
    }

    public void Dispose()
    {
        _raw?.Dispose();
        _listener.Dispose();
        if (File.Exists(SocketPath))
        {
            File.Delete(SocketPath);
        }

        Finish();
        _exited.Dispose();

        // Not the master: the thread that reads our input may be about to write to it, and we end now anyway.
    }

    private void CopyOutput()
    {
        byte[] buffer = new byte[16 * 1024];
        int wake = (int)_exited.SafePipeHandle.DangerousGetHandle();
        try
        {
            while (Descriptor.AwaitReadable(_master, wake) && Descriptor.Read(_master, buffer) is > 0 and var count)
            {
                Descriptor.Write(1, buffer.AsSpan(0, count));
            }
        }
        catch (IOException)
        {
            // Nobody reads what we write any more; the process goes on until it is told otherwise.
        }
    }

    private void CopyInput()
    {
        byte[] buffer = new byte[4 * 1024];
        try
        {
            while (Descriptor.Read(0, buffer) is > 0 and var count)
            {
                Descriptor.Write(_master, buffer.AsSpan(0, count));
            }
        }
        catch (IOException)
        {
            // The terminal is gone with its process.
        }
    }
}
