using System.Globalization;
using System.Text.Json;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Linux.Stdio;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Launching;

/// <summary>
/// Hands the listener of a filter with SCMP_ACT_NOTIFY to the agent at linux.seccomp.listenerPath, in one message with
/// the state of the process. The process waits meanwhile: what the filter asks about from here on is the agent's to
/// answer. Source: OCI runtime-spec 1.3.0 config-linux.md#containerprocessstate.
/// </summary>
internal static class SeccompListener
{
    private const string Version = "1.3.0";

    /// <param name="process">Waits at <see cref="LaunchNames.Listener"/>. Of an exec it is the helper, whose filter the
    /// process is born with.</param>
    /// <param name="spec">The container's.</param>
    /// <param name="id">The container's.</param>
    /// <param name="bundle">Absolute.</param>
    /// <param name="init">The container's init; the status follows from who loads the filter.</param>
    public static void HandOver(LaunchedProcess process, Spec spec, string id, string bundle, LaunchedProcess init)
    {
        var seccomp =
            spec.Linux.Seccomp ?? throw new InvalidOperationException("the plan stops for a filter it has not");
        var path = seccomp.ListenerPath;
        try
        {
            var pid = PidOf(process.Runner);
            using var listener = OtherProcess.FetchDescriptor(process.Runner, Find(pid));
            using var agent = DescriptorSocket.Connect(path);
            agent.Send(listener, State(spec, seccomp, id, bundle, pid, init, ReferenceEquals(process, init)));
        }
        catch (KernelException exception)
        {
            throw new TaskException(ErrorKind.FailedPrecondition, ErrorReason.LaunchFailed,
                $"linux.seccomp.listenerPath: the listener could not be handed over: {exception.Message}; the agent has to "
                + "listen there for as long as containers are started", exception)
            {
                Field = "linux.seccomp.listenerPath",
                Step = "hand over the seccomp listener",
                Errno = exception.Errno.ToString(),
            };
        }
    }

    // The process may tell nothing once it has the filter, so what it has is looked at from outside.
    private static int Find(int pid)
    {
        foreach (var entry in new DirectoryInfo($"/proc/{pid}/fd").EnumerateFileSystemInfos())
        {
            if (entry.LinkTarget == "anon_inode:seccomp notify")
            {
                return int.Parse(entry.Name, CultureInfo.InvariantCulture);
            }
        }

        throw new KernelException("readlink", Errno.ENOENT, $"/proc/{pid}/fd, the seccomp listener");
    }

    private static int PidOf(FileDescriptor pidFd)
    {
        const string key = "\nPid:\t";
        var info = Files.ReadText($"/proc/self/fdinfo/{pidFd.Number}");
        var start = info.IndexOf(key, StringComparison.Ordinal) + key.Length;
        return int.Parse(info.AsSpan(start, info.IndexOf('\n', start) - start), CultureInfo.InvariantCulture);
    }

    private static string State(
        Spec spec, LinuxSeccomp seccomp, string id, string bundle, int pid, LaunchedProcess init, bool isInit)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("ociVersion"u8, Version);
            json.WriteStartArray("fds"u8);
            json.WriteStringValue("seccompFd"u8);
            json.WriteEndArray();
            json.WriteNumber("pid"u8, pid);
            if (seccomp.ListenerMetadata.Length > 0)
            {
                json.WriteString("metadata"u8, seccomp.ListenerMetadata);
            }

            json.WriteStartObject("state"u8);
            json.WriteString("ociVersion"u8, Version);
            json.WriteString("id"u8, id);
            json.WriteString("status"u8, isInit ? "created"u8 : "running"u8);
            json.WriteNumber("pid"u8, init.Pid);
            json.WriteString("bundle"u8, bundle);
            if (spec.Annotations.Count > 0)
            {
                json.WriteStartObject("annotations"u8);
                foreach (var (key, value) in spec.Annotations)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
