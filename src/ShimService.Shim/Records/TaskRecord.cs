using System.Globalization;
using System.Text;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Records;

/// <summary>
/// What the delete action needs to know about a container whose shim is gone: which process it was (a pid means
/// nothing without its start time), where its cgroups and its bundle are, and how it ended if it has. Pid 0 is a create
/// under way: whatever is there of the container, nobody else will take it away.
/// </summary>
internal sealed record TaskRecord(string Id, string Bundle, int Pid, ulong StartTime)
{
    private const string Version = "1";

    /// <summary>Paths below the cgroup hierarchies that are the container's own.</summary>
    public IReadOnlyList<string> Cgroups { get; init; } = [];

    /// <summary>Where its shim listened; the journal lies beside.</summary>
    public string Socket { get; init; } = "";

    /// <summary>What has made it, or is about to.</summary>
    public EngineName Engine { get; init; }

    public int? ExitStatus { get; init; }

    public long ExitedAtTicks { get; init; }

    public string Format()
    {
        var text = new StringBuilder();
        Add(text, "version", Version);
        Add(text, "id", Id);
        Add(text, "bundle", Bundle);
        Add(text, "pid", Pid.ToString(CultureInfo.InvariantCulture));
        Add(text, "start", StartTime.ToString(CultureInfo.InvariantCulture));
        foreach (var cgroup in Cgroups)
        {
            Add(text, "cgroup", cgroup);
        }

        if (Socket.Length > 0)
        {
            Add(text, "socket", Socket);
        }

        if (Engine.Runtime is not null)
        {
            Add(text, "engine", Engine.ToString());
        }

        return text.Append(FormatExit()).ToString();
    }

    /// <summary>The lines that the exit adds; none before it.</summary>
    public string FormatExit()
    {
        var text = new StringBuilder();
        if (ExitStatus is { } status)
        {
            Add(text, "status", status.ToString(CultureInfo.InvariantCulture));
            Add(text, "exited", ExitedAtTicks.ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    /// <summary>Null for what we did not write.</summary>
    public static TaskRecord? Parse(string text)
    {
        var record = new TaskRecord("", "", -1, 0);
        var cgroups = new List<string>();
        var known = false;
        foreach (var line in text.Split('\n'))
        {
            var split = line.IndexOf('=');
            if (split < 0)
            {
                continue;
            }

            var value = line[(split + 1)..];
            switch (line[..split])
            {
                case "version":
                    // What is told again is told whole.
                    record = new TaskRecord("", "", -1, 0);
                    cgroups.Clear();
                    known = value == Version;
                    break;
                case "id":
                    record = record with { Id = value };
                    break;
                case "bundle":
                    record = record with { Bundle = value.Replace("\\n", "\n", StringComparison.Ordinal) };
                    break;
                case "pid" when int.TryParse(value, CultureInfo.InvariantCulture, out var pid):
                    record = record with { Pid = pid };
                    break;
                case "start" when ulong.TryParse(value, CultureInfo.InvariantCulture, out var start):
                    record = record with { StartTime = start };
                    break;
                case "socket":
                    record = record with { Socket = value };
                    break;
                case "engine" when EngineName.TryParse(value, out var engine):
                    record = record with { Engine = engine };
                    break;
                case "cgroup":
                    cgroups.Add(value);
                    break;
                case "status" when int.TryParse(value, CultureInfo.InvariantCulture, out var status):
                    record = record with { ExitStatus = status };
                    break;
                case "exited" when long.TryParse(value, CultureInfo.InvariantCulture, out var ticks):
                    record = record with { ExitedAtTicks = ticks };
                    break;
                default:
                    break;
            }
        }

        return known && record is { Id.Length: > 0, Pid: >= 0 } ? record with { Cgroups = cgroups } : null;
    }

    private static void Add(StringBuilder text, string key, string value) =>
        text.Append(key).Append('=').Append(value.Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
}
