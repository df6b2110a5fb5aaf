using System.Globalization;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Open;

/// <summary>
/// Descriptors 3, 4, … of the calling process, which the new process is to have under the same numbers (runc's
/// --preserve-fds). Only what the caller was itself given: its own are close-on-exec.
/// </summary>
internal sealed class PreservedDescriptors : IDisposable
{
    private const int First = 3;

    /// <summary>A launch takes 253 descriptors; the rest is for cgroups and sources of mounts.</summary>
    private const int Most = 40;

    private readonly List<FileDescriptor> _descriptors = [];

    private PreservedDescriptors()
    {
    }

    /// <summary>In the order of their numbers.</summary>
    public IReadOnlyList<FileDescriptor> All => _descriptors;

    /// <summary>Errors: TaskException with the field.</summary>
    public static PreservedDescriptors Fetch(StdioRequest request)
    {
        var preserved = new PreservedDescriptors();
        if (request.Preserved == 0)
        {
            return preserved;
        }

        if (request.Preserved is < 0 or > Most || request.PeerPid is not { } pid)
        {
            throw Refused(request.Preserved, request.PeerPid is null
                ? "the caller's process is not known; connect over a unix socket"
                : $"at most {Most} descriptors can be kept");
        }

        try
        {
            for (var number = First; number < First + request.Preserved; number++)
            {
                if (!IsInherited(pid, number))
                {
                    throw Refused(request.Preserved, $"the caller was given no descriptor {number}");
                }

                preserved._descriptors.Add(PeerDescriptors.Fetch(pid, number));
            }

            return preserved;
        }
        catch (KernelException refused)
        {
            preserved.Dispose();
            throw OpenErrors.From(refused, "preserve_fds", Text(request.Preserved));
        }
        catch
        {
            preserved.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var descriptor in _descriptors)
        {
            descriptor.Dispose();
        }
    }

    // man 5 proc_pid_fdinfo: "flags:", octal.
    private static bool IsInherited(int pid, int number)
    {
        const int closeOnExec = 0x80000;
        string info;
        try
        {
            info = Files.ReadText($"/proc/{pid}/fdinfo/{number}");
        }
        catch (KernelException missing) when (missing.Errno == Errno.ENOENT)
        {
            return false;
        }

        var flags = info.AsSpan(info.IndexOf("flags:", StringComparison.Ordinal) + "flags:".Length).TrimStart();
        var value = 0;
        foreach (var digit in flags[..flags.IndexOf('\n')])
        {
            value = (value << 3) | (digit - '0');
        }

        return (value & closeOnExec) == 0;
    }

    private static Tasks.Errors.TaskException Refused(int count, string problem) =>
        OpenErrors.Invalid("preserve_fds", Text(count), problem);

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
}
