using ShimService.Engine.Stdio.Input;
using ShimService.Engine.Stdio.Pumps;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio;

/// <summary>The terminal: one master, copied to stdout and from stdin, or handed to a console socket.</summary>
public sealed partial class ProcessStdio
{
    /// <summary>What runc calls the master when it sends it.</summary>
    private const string MasterName = "/dev/ptmx";

    private readonly Lock _terminalGate = new();
    private FileDescriptor? _master;
    private (ushort Width, ushort Height)? _size;

    /// <summary>
    /// Takes over the master of the terminal the child made: starts copying, or hands it to the console socket and
    /// is done with it. Once. Errors: FailedPrecondition when the console socket does not take it.
    /// </summary>
    public void UseTerminal(FileDescriptor master)
    {
        if (!_terminal)
        {
            throw new InvalidOperationException("the process was prepared without a terminal");
        }

        lock (_terminalGate)
        {
            if (_size is { } size)
            {
                Terminals.Resize(master, size.Width, size.Height);
            }

            if (_parts.ConsoleSocket is null)
            {
                _master = master;
            }
        }

        if (_parts.ConsoleSocket is { } socket)
        {
            HandOver(socket, master);
        }
        else
        {
            Descriptors.SetNonBlocking(master);
            if (_parts.InputFromAttachers)
            {
                _writer = new StdinWriter(_loop, Descriptors.Duplicate(master));
            }

            _loop.Post(() => StartTerminal(master));
        }
    }

    /// <inheritdoc/>
    public void Resize(int width, int height)
    {
        if (!_terminal)
        {
            return;
        }

        if (width is < 0 or > ushort.MaxValue || height is < 0 or > ushort.MaxValue)
        {
            throw new TaskException(
                ErrorKind.InvalidArgument,
                ErrorReason.InvalidArgument,
                $"a terminal of {width} columns and {height} rows: both must be 0 to {ushort.MaxValue}")
            {
                Field = width is < 0 or > ushort.MaxValue ? "width" : "height",
            };
        }

        lock (_terminalGate)
        {
            _size = ((ushort)width, (ushort)height);
            if (_master is { } master)
            {
                Terminals.Resize(master, (ushort)width, (ushort)height);
            }
        }
    }

    private void HandOver(DescriptorSocket socket, FileDescriptor master)
    {
        try
        {
            using (master)
            {
                socket.Send(master, MasterName);
            }
        }
        catch (KernelException refused)
        {
            throw new TaskException(
                ErrorKind.FailedPrecondition,
                ErrorReason.LaunchFailed,
                $"hand the terminal to the console socket: {refused.Message}; its listener must accept and stay",
                refused)
            {
                Step = "hand over the terminal",
                Errno = refused.Errno.ToString(),
            };
        }
        finally
        {
            socket.Dispose();
        }

        _loop.Post(EndOutput);
    }

    private void StartTerminal(FileDescriptor master)
    {
        if (_closed)
        {
            CloseTerminal();
            return;
        }

        // A descriptor of the same open file for each direction, so that each can wait for its own.
        StartOutput(
            new PumpSource(Descriptors.Duplicate(master), FileKind.CharacterDevice, isTerminalMaster: true),
            StdioStream.Stdout);
        if (_parts.InputSource is not null)
        {
            StartInput(Descriptors.Duplicate(master), FileKind.CharacterDevice);
        }
    }

    private void EndTerminal()
    {
        if (_outputs.Length == 0)
        {
            EndOutput();
        }
        else
        {
            _outputs[0].FinishWhenEmpty();
        }
    }

    private void CloseTerminal()
    {
        _input?.Stop();
        _writer?.CloseNow();
        lock (_terminalGate)
        {
            _master?.Dispose();
            _master = null;
        }
    }
}
