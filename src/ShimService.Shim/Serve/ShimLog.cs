using System.Globalization;
using System.Text;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Shim.Info;
using ShimService.Tasks.Supervision;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Serve;

/// <summary>
/// Lines into the file or fifo "log" of the directory the shim was started in, as containerd's own shim writes them.
/// Never blocks and never fails: a log that nobody reads loses lines, and the next line that fits says how many.
/// Opened once, since the bundle it lies in may be gone while other containers of the group live.
/// </summary>
internal sealed class ShimLog : ITaskDiagnostics, IDisposable
{
    public const string FileName = "log";
    private const int OwnerOnly = 0x180;

    /// <summary>A pipe takes so much whole or not at all (man 7 pipe, PIPE_BUF): no line is ever torn.</summary>
    private const int LongestLine = 4096;

    private readonly Lock _gate = new();
    private readonly FileDescriptor? _file;
    private readonly TimeProvider _time;
    private int _lost;

    private ShimLog(FileDescriptor? file, TimeProvider time)
    {
        _file = file;
        _time = time;
    }

    public static ShimLog Open(string directory, TimeProvider time)
    {
        const OpenFlags flags = OpenFlags.WriteOnly | OpenFlags.Append | OpenFlags.NonBlocking | OpenFlags.Create;
        try
        {
            return new ShimLog(Files.Open(Path.Combine(directory, FileName), flags, OwnerOnly), time);
        }
        catch (KernelException)
        {
            // A fifo without a reader, or a directory that takes no file: nobody wants to know.
            return new ShimLog(null, time);
        }
    }

    public void Info(string message) => Write("info", message, "");

    public void Error(string message, Exception failure) => Write("error", message, failure.ToString());

    public void Failed(ContainerId container, string step, Exception failure) =>
        Write("error", $"{container}: {step}", failure.ToString());

    public void Dispose() => _file?.Dispose();

    private void Write(string level, string message, string detail)
    {
        if (_file is null)
        {
            return;
        }

        var line = new StringBuilder();
        line.Append("time=\"").Append(_time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        line.Append("\" level=").Append(level).Append(" msg=");
        Quote(line, message);
        if (detail.Length > 0)
        {
            line.Append(" error=");
            Quote(line, detail);
        }

        line.Append(" runtime=").Append(InfoCommand.RuntimeName);
        lock (_gate)
        {
            if (_lost > 0)
            {
                line.Append(CultureInfo.InvariantCulture, $" lost={_lost}");
            }

            try
            {
                Files.Write(_file, Encode(line), FileName);
                _lost = 0;
            }
            catch (KernelException)
            {
                _lost++;
            }
        }
    }

    private static ReadOnlySpan<byte> Encode(StringBuilder line)
    {
        var bytes = Encoding.UTF8.GetBytes(line.Append('\n').ToString());
        if (bytes.Length <= LongestLine)
        {
            return bytes;
        }

        bytes[LongestLine - 1] = (byte)'\n';
        return bytes.AsSpan(0, LongestLine);
    }

    private static void Quote(StringBuilder line, string text)
    {
        line.Append('"');
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => line.Append("\\\""),
                '\\' => line.Append("\\\\"),
                '\n' => line.Append("\\n"),
                < ' ' => line.Append(' '),
                _ => line.Append(character),
            };
        }

        line.Append('"');
    }
}
