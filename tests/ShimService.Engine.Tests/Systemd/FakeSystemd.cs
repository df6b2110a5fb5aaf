using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ShimService.Engine.Systemd;

namespace ShimService.Engine.Tests.Systemd;

/// <summary>
/// What answers like systemd's manager on a socket: it speaks D-Bus, makes the cgroup of a scope below the given mount
/// points and moves the processes there, tells of jobs by signals, and remembers what it was asked.
/// </summary>
internal sealed class FakeSystemd : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly IReadOnlyList<string> _mountPoints;
    private uint _jobs;
    private uint _serial;

    public FakeSystemd(string path, params string[] mountPoints)
    {
        _mountPoints = mountPoints;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _socket.Listen(16);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>Calls with their arguments, in order: "StartTransientUnit(name, replace, Slice=…)".</summary>
    public List<string> Calls { get; } = [];

    public string JobResult { get; set; } = "done";

    /// <summary>By member: the error's name the next such call answers with.</summary>
    public Dictionary<string, string> Errors { get; } = [];

    /// <summary>Sends the job's signal before the reply that names the job, as systemd may.</summary>
    public bool SignalsFirst { get; set; }

    /// <summary>Answers nothing any more.</summary>
    public bool IsSilent { get; set; }

    public void Dispose() => _socket.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var connection = _socket.Accept();
                new Thread(() => Serve(connection)) { IsBackground = true }.Start();
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Serve(Socket connection)
    {
        try
        {
            using var stream = new NetworkStream(connection, ownsSocket: true);
            var expected = $"\0AUTH EXTERNAL {Convert.ToHexStringLower(Encoding.ASCII.GetBytes(
                ShimService.Linux.ThisProcess.UserId.ToString(CultureInfo.InvariantCulture)))}\r\n";
            var greeting = new byte[expected.Length];
            stream.ReadExactly(greeting);
            var known = Encoding.ASCII.GetString(greeting) == expected;
            stream.Write(known ? "OK 0123456789abcdef0123456789abcdef\r\n"u8 : "REJECTED EXTERNAL\r\n"u8);
            var begin = new byte["BEGIN\r\n".Length];
            stream.ReadExactly(begin);
            while (true)
            {
                var message = DBusMessage.Read(buffer => stream.ReadExactly(buffer));
                if (!IsSilent)
                {
                    Answer(stream, message);
                }
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or SocketException)
        {
            // The client is done.
        }
    }

    private void Answer(NetworkStream stream, DBusMessage message)
    {
        lock (Calls)
        {
            Calls.Add($"{message.Member}({Arguments(message)})");
        }

        if (Errors.Remove(message.Member, out var error))
        {
            Send(stream, DBusMessage.Error, message.Serial, "s", body => body.Text("said the fake"), error);
            return;
        }

        if (message.Member is not ("StartTransientUnit" or "StopUnit"))
        {
            Send(stream, DBusMessage.Return, message.Serial, "", null);
            return;
        }

        var job = $"/org/freedesktop/systemd1/job/{++_jobs}";
        if (SignalsFirst)
        {
            Signal(stream, job);
        }

        if (message.Member == "StartTransientUnit")
        {
            Move(message);
        }

        Send(stream, DBusMessage.Return, message.Serial, "o", body => body.Text(job));
        Signal(stream, "/org/freedesktop/systemd1/job/999");
        if (!SignalsFirst)
        {
            Signal(stream, job);
        }
    }

    private void Signal(NetworkStream stream, string job) => Send(stream, DBusMessage.Signal, 0, "uoss", body =>
    {
        body.UInt32(1);
        body.Text(job);
        body.Text("some.scope");
        body.Text(job.EndsWith("/999", StringComparison.Ordinal) ? "failed" : JobResult);
    });

    // The unit's cgroup, and the processes of PIDs in it.
    private void Move(DBusMessage message)
    {
        var reader = new DBusReader(message.Body);
        var unit = reader.Text();
        var properties = Arguments(message).Split(", ");
        var slice = properties.First(text => text.StartsWith("Slice=", StringComparison.Ordinal))["Slice=".Length..];
        var pids = properties.First(text => text.StartsWith("PIDs=", StringComparison.Ordinal))["PIDs=[".Length..^1];
        foreach (var mountPoint in _mountPoints)
        {
            var directory = mountPoint + new ScopeName(slice, unit).CgroupPath;
            Directory.CreateDirectory(directory);
            File.WriteAllText($"{directory}/cgroup.procs", pids);
        }
    }

    private static string Arguments(DBusMessage message)
    {
        if (message.Body.Length == 0)
        {
            return "";
        }

        var texts = new List<string>();
        var reader = new DBusReader(message.Body);
        foreach (var part in message.Member switch
        {
            "StartTransientUnit" => "ssp",
            "SetUnitProperties" => "sbp",
            _ => message.Signature,
        })
        {
            switch (part)
            {
                case 's':
                    texts.Add(reader.Text());
                    break;
                case 'b':
                    texts.Add(reader.UInt32() == 1 ? "true" : "false");
                    break;
                default:
                    texts.AddRange(Properties(ref reader));
                    break;
            }
        }

        return string.Join(", ", texts);
    }

    private static List<string> Properties(ref DBusReader reader)
    {
        var texts = new List<string>();
        var left = (int)reader.UInt32();
        reader.Align(8);
        for (var end = reader.Position + left; reader.Position < end;)
        {
            reader.Align(8);
            var name = reader.Text();
            texts.Add($"{name}={Value(ref reader, reader.Signature())}");
        }

        return texts;
    }

    private static string Value(ref DBusReader reader, string type)
    {
        switch (type)
        {
            case "s":
                return reader.Text();
            case "b":
                return reader.UInt32() == 1 ? "True" : "False";
            case "u" or "i":
                return reader.UInt32().ToString(CultureInfo.InvariantCulture);
            case "t" or "x":
                reader.Align(8);
                var low = reader.UInt32();
                return (low | ((ulong)reader.UInt32() << 32)).ToString(CultureInfo.InvariantCulture);
            default:
                var items = new List<string>();
                var left = (int)reader.UInt32();
                for (var end = reader.Position + left; reader.Position < end;)
                {
                    items.Add(type switch
                    {
                        "au" => reader.UInt32().ToString(CultureInfo.InvariantCulture),
                        "ay" => reader.Byte().ToString("x2", CultureInfo.InvariantCulture),
                        _ => reader.Text(),
                    });
                }

                return type == "ay" ? string.Concat(items) : $"[{string.Join(' ', items)}]";
        }
    }

    private void Send(
        NetworkStream stream, byte kind, uint replyTo, string signature, Action<DBusWriter>? arguments, string error = "")
    {
        var body = new DBusWriter();
        arguments?.Invoke(body);
        var message = new DBusWriter();
        message.Raw([(byte)'l', kind, 1, 1]);
        message.UInt32((uint)body.Bytes.Length);
        message.UInt32(++_serial);
        message.Array(8, fields =>
        {
            if (kind == DBusMessage.Signal)
            {
                Field(fields, 1, "o", "/org/freedesktop/systemd1");
                Field(fields, 3, "s", "JobRemoved");
            }
            else
            {
                fields.Align(8);
                fields.Byte(5);
                fields.Signature("u");
                fields.UInt32(replyTo);
            }

            if (error.Length > 0)
            {
                Field(fields, 4, "s", error);
            }

            if (signature.Length > 0)
            {
                fields.Align(8);
                fields.Byte(8);
                fields.Signature("g");
                fields.Signature(signature);
            }
        });
        message.Align(8);
        message.Raw(body.Bytes);
        stream.Write(message.Bytes);
    }

    private static void Field(DBusWriter fields, byte code, string type, string value)
    {
        fields.Align(8);
        fields.Byte(code);
        fields.Signature(type);
        fields.Text(value);
    }
}
