using System.Globalization;
using System.Text;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Systemd;

/// <summary>
/// A connection to systemd's manager: through the system bus, or to its own socket where there is no bus. One thread;
/// every call blocks it, within the limit of the connection. Errors: <see cref="SystemBusException"/>.
/// Source: D-Bus specification 0.43; org.freedesktop.systemd1(5).
/// </summary>
internal sealed class SystemBus : IDisposable
{
    private const string Manager = "org.freedesktop.systemd1.Manager";
    private const string ManagerPath = "/org/freedesktop/systemd1";
    private const string Bus = "org.freedesktop.DBus";

    private readonly StreamSocket _socket;
    private readonly string _destination;
    private readonly Dictionary<string, string> _jobs = new(StringComparer.Ordinal);
    private uint _serial;

    private SystemBus(StreamSocket socket, bool direct)
    {
        _socket = socket;
        _destination = direct ? "" : "org.freedesktop.systemd1";
    }

    /// <summary>Tries the sockets in order; the first that can be connected to is it.</summary>
    public static SystemBus Connect(IReadOnlyList<string> sockets, TimeSpan limit)
    {
        var tried = new StringBuilder();
        foreach (var path in sockets)
        {
            try
            {
                var direct = path.EndsWith("/private", StringComparison.Ordinal);
                var bus = new SystemBus(StreamSocket.Connect(path, limit), direct);
                try
                {
                    bus.Begin(direct);
                    return bus;
                }
                catch
                {
                    bus.Dispose();
                    throw;
                }
            }
            catch (KernelException refused)
            {
                tried.Append(CultureInfo.InvariantCulture, $"{(tried.Length > 0 ? ", " : "")}{path} ({refused.Errno})");
            }
        }

        throw new SystemBusException("", $"no systemd answers at {tried}");
    }

    /// <summary>Where the bus is: what the environment says, else the usual places.</summary>
    public static IReadOnlyList<string> Sockets()
    {
        const string unix = "unix:path=";
        var address = Environment.GetEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS");
        foreach (var part in address?.Split(';', ',') ?? [])
        {
            if (part.StartsWith(unix, StringComparison.Ordinal))
            {
                return [part[unix.Length..]];
            }
        }

        return ["/run/dbus/system_bus_socket", "/run/systemd/private"];
    }

    /// <summary>Calls the manager and waits for the job it makes: "done", or why not.</summary>
    public string RunJob(string member, string signature, Action<DBusWriter> arguments)
    {
        var job = Call(_destination, ManagerPath, Manager, member, signature, arguments).FirstText();
        string? result;
        while (!_jobs.TryGetValue(job, out result))
        {
            Note(Receive());
        }

        return result;
    }

    /// <summary>Calls the manager.</summary>
    public void Call(string member, string signature, Action<DBusWriter> arguments) =>
        Call(_destination, ManagerPath, Manager, member, signature, arguments);

    public void Dispose() => _socket.Dispose();

    private void Begin(bool direct)
    {
        // Of the credentials, the kernel tells the other side whether they are true.
        var uid = Encoding.ASCII.GetBytes(ThisProcess.UserId.ToString(CultureInfo.InvariantCulture));
        _socket.Send([0, .. Encoding.ASCII.GetBytes($"AUTH EXTERNAL {Convert.ToHexStringLower(uid)}\r\n")]);
        var answer = ReadLine();
        if (!answer.StartsWith("OK ", StringComparison.Ordinal))
        {
            throw new SystemBusException("", $"the system bus does not take this user: {answer}");
        }

        _socket.Send("BEGIN\r\n"u8);
        if (direct)
        {
            return;
        }

        const string match = "type='signal',interface='org.freedesktop.systemd1.Manager',member='JobRemoved'";
        Call(Bus, "/org/freedesktop/DBus", Bus, "Hello", "", null);
        Call(Bus, "/org/freedesktop/DBus", Bus, "AddMatch", "s", arguments => arguments.Text(match));
        Call(_destination, ManagerPath, Manager, "Subscribe", "", null);
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < 512)
        {
            _socket.Receive(one);
            if (one[0] == (byte)'\n')
            {
                break;
            }

            line.Append((char)one[0]);
        }

        return line.ToString().TrimEnd('\r');
    }

    private DBusMessage Call(
        string destination, string path, string face, string member, string signature, Action<DBusWriter>? arguments)
    {
        var serial = ++_serial;
        _socket.Send(DBusMessage.Write(serial, destination, path, face, member, signature, arguments));
        while (true)
        {
            var message = Receive();
            if (message.ReplyTo != serial)
            {
                Note(message);
            }
            else if (message.Kind == DBusMessage.Error)
            {
                throw new SystemBusException(
                    message.ErrorName, $"{member}: {message.FirstText()} ({message.ErrorName})");
            }
            else
            {
                return message;
            }
        }
    }

    private DBusMessage Receive()
    {
        try
        {
            return DBusMessage.Read(buffer => _socket.Receive(buffer));
        }
        catch (InvalidDataException nonsense)
        {
            throw new SystemBusException("", nonsense.Message);
        }
        catch (KernelException refused)
        {
            throw new SystemBusException("", refused.Errno == Errno.ETIMEDOUT
                ? "systemd does not answer in time"
                : refused.Message);
        }
    }

    private void Note(DBusMessage message)
    {
        if (message is { Kind: DBusMessage.Signal, Member: "JobRemoved", Signature: "uoss" })
        {
            try
            {
                var reader = new DBusReader(message.Body);
                _ = reader.UInt32();
                var job = reader.Text();
                _ = reader.Text();
                _jobs[job] = reader.Text();
            }
            catch (InvalidDataException nonsense)
            {
                throw new SystemBusException("", nonsense.Message);
            }
        }
    }
}
