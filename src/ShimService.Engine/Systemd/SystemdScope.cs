using ShimService.Linux.Errors;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Systemd;

/// <summary>
/// The transient unit of one container. Nothing of systemd is loaded, connected to or kept before one is asked for, or
/// between two calls. Errors: <see cref="TaskException"/> that names the unit, what systemd said, and the way out.
/// </summary>
/// <param name="name">The unit.</param>
/// <param name="sockets">Where systemd may answer, in the order they are tried.</param>
/// <param name="limit">For each of the calls.</param>
internal sealed class SystemdScope(ScopeName name, IReadOnlyList<string> sockets, TimeSpan limit)
{
    private const string Exists = "org.freedesktop.systemd1.UnitExists";
    private const string NoSuchUnit = "org.freedesktop.systemd1.NoSuchUnit";
    private const string NotLoaded = "org.freedesktop.systemd1.UnitNotLoaded";

    public ScopeName Name => name;

    /// <summary>
    /// Starts the unit with the processes among its properties in it. What failed of that name is cleared.
    /// </summary>
    public Task StartAsync(IReadOnlyList<UnitProperty> properties) => OnThreadAsync(bus =>
    {
        string result;
        try
        {
            result = Start(bus, properties);
        }
        catch (SystemBusException exists) when (exists.Name == Exists)
        {
            Forget(bus);
            result = Start(bus, properties);
        }

        if (result != "done")
        {
            throw new SystemBusException("", $"the start job ended as \"{result}\"");
        }
    });

    /// <summary>Changes properties until the unit ends.</summary>
    public Task SetAsync(IReadOnlyList<UnitProperty> properties) => OnThreadAsync(bus =>
        bus.Call("SetUnitProperties", "sba(sv)", arguments =>
        {
            arguments.Text(name.Unit);
            arguments.Boolean(true);
            Write(arguments, properties);
        }));

    /// <summary>Stops the unit, if it has not ended with its last process already.</summary>
    public Task StopAsync() => OnThreadAsync(bus =>
    {
        try
        {
            bus.RunJob("StopUnit", "ss", arguments =>
            {
                arguments.Text(name.Unit);
                arguments.Text("replace");
            });
        }
        catch (SystemBusException gone) when (gone.Name is NoSuchUnit or NotLoaded)
        {
            return;
        }

        Forget(bus);
    });

    private static void Write(DBusWriter arguments, IReadOnlyList<UnitProperty> properties) =>
        arguments.Array(8, array =>
        {
            foreach (var property in properties)
            {
                property.Write(array);
            }
        });

    private string Start(SystemBus bus, IReadOnlyList<UnitProperty> properties) =>
        bus.RunJob("StartTransientUnit", "ssa(sv)a(sa(sv))", arguments =>
        {
            arguments.Text(name.Unit);
            arguments.Text("replace");
            Write(arguments, properties);
            arguments.Array(8, static _ => { });
        });

    private void Forget(SystemBus bus)
    {
        try
        {
            bus.Call("ResetFailedUnit", "s", arguments => arguments.Text(name.Unit));
        }
        catch (SystemBusException gone) when (gone.Name is NoSuchUnit or NotLoaded)
        {
            // It had not failed.
        }
    }

    // The calls block: not a thread that others wait for.
    private Task OnThreadAsync(Action<SystemBus> calls)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                using var bus = SystemBus.Connect(sockets, limit);
                calls(bus);
                done.SetResult();
            }
            catch (Exception exception) when (exception is SystemBusException or KernelException)
            {
                done.SetException(Refused(exception));
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        })
        {
            IsBackground = true,
            Name = "systemd",
        }.Start();
        return done.Task;
    }

    private TaskException Refused(Exception exception) =>
        new(ErrorKind.FailedPrecondition, ErrorReason.HostLacks,
            $"linux.cgroupsPath: systemd is to make {name.Unit} in {name.Slice}: {exception.Message}; or turn SystemdCgroup "
            + "off, and give a path such as /shimservice/ID", exception)
        {
            Field = "linux.cgroupsPath",
        };
}
