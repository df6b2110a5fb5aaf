using System.Globalization;
using System.Text;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;

namespace ShimService.Linux.Cgroups;

/// <summary>
/// The descriptor by which the kernel gives notice that a cgroup is out of memory. Source: kernel
/// cgroup-v1/memory.rst §9 "OOM control" and §"Memory thresholds", cgroup-v2.rst "memory.events".
/// </summary>
public sealed class OutOfMemorySource : IDisposable
{
    private readonly WakeUp? _event;
    private readonly FileDescriptor? _file;

    private OutOfMemorySource(WakeUp? signalled, FileDescriptor? file)
    {
        _event = signalled;
        _file = file;
    }

    /// <summary>v1: the notice comes before the kernel has killed, so the count is still the old one.</summary>
    public bool ComesEarly => _event is not null;

    public FileDescriptor Descriptor => _event?.Descriptor ?? _file!;

    /// <summary>Null where there is no memory controller, or it gives no notice.</summary>
    public static OutOfMemorySource? Open(Cgroup cgroup)
    {
        CgroupDirectory? memory = cgroup.Find(CgroupControllers.Memory);
        if (memory is null)
        {
            return null;
        }

        return memory.IsUnified ? OpenUnified(memory) : OpenV1(memory);
    }

    public void AddTo(Epoll epoll, ulong token)
    {
        if (_event is not null)
        {
            epoll.AddPermanent(_event.Descriptor, token);
        }
        else
        {
            epoll.AddForNotices(_file!, token);
        }
    }

    /// <summary>Makes ready for the next notice.</summary>
    public void Reset()
    {
        _event?.Reset();
        if (_file is not null)
        {
            Span<byte> buffer = stackalloc byte[256];
            Native.FileCalls.ReadAt(_file, buffer, 0, out _);
        }
    }

    public void Dispose()
    {
        _event?.Dispose();
        _file?.Dispose();
    }

    private static OutOfMemorySource? OpenUnified(CgroupDirectory memory)
    {
        FileDescriptor? file = memory.OpenFile("memory.events", OpenFlags.ReadOnly, out _);
        if (file is null)
        {
            return null;
        }

        OutOfMemorySource source = new(null, file);
        source.Reset();
        return source;
    }

    private static OutOfMemorySource? OpenV1(CgroupDirectory memory)
    {
        using FileDescriptor? control = memory.OpenFile("memory.oom_control", OpenFlags.ReadOnly, out _);
        if (control is null)
        {
            return null;
        }

        WakeUp signalled = new();
        string request = string.Create(CultureInfo.InvariantCulture, $"{signalled.Descriptor.Number} {control.Number}");
        if (memory.TryWrite("cgroup.event_control", Encoding.ASCII.GetBytes(request)) == Errno.None)
        {
            return new OutOfMemorySource(signalled, null);
        }

        signalled.Dispose();
        return null;
    }
}
