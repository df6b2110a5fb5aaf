using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Resources;

/// <summary>
/// The state of a v1 devices cgroup: allow everything but some, or nothing but some. Takes rules in order, as the
/// kernel does, and knows the fewest writes from one state to another. What the kernel would take and not do (a denial
/// inside of something wider that is allowed) is refused. Source: kernel security/device_cgroup.c.
/// </summary>
internal sealed class DeviceAllowList
{
    private const int Read = 1;
    private const int Write = 2;
    private const int Make = 4;

    private readonly SortedDictionary<(DeviceKind Kind, long? Major, long? Minor), int> _exceptions = new(ByDevice);

    public bool AllowsByDefault { get; private set; }

    private static Comparer<(DeviceKind Kind, long? Major, long? Minor)> ByDevice { get; } =
        Comparer<(DeviceKind Kind, long? Major, long? Minor)>.Create(static (one, other) =>
        {
            int order = one.Kind.CompareTo(other.Kind);
            order = order != 0 ? order : (one.Major ?? -1).CompareTo(other.Major ?? -1);
            return order != 0 ? order : (one.Minor ?? -1).CompareTo(other.Minor ?? -1);
        });

    /// <summary>
    /// Nothing allowed, then the rules, then the defaults. Errors: <see cref="TaskException"/> with the rule's field.
    /// </summary>
    public static DeviceAllowList From(IReadOnlyList<LinuxDeviceRule> rules)
    {
        DeviceAllowList list = new();
        for (int i = 0; i < rules.Count; i++)
        {
            list.Apply(rules[i], $"devices[{i}]");
        }

        foreach (LinuxDeviceRule rule in DefaultDeviceRules.All)
        {
            list.Apply(rule, "devices");
        }

        return list;
    }

    /// <summary>
    /// Reads devices.list. "a *:* rwm" is what a group shows that allows by default, exceptions or not.
    /// </summary>
    public static DeviceAllowList Parse(string text)
    {
        DeviceAllowList list = new();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(' ', ':');
            if (parts.Length == 4 && parts[0] == "a")
            {
                list.AllowsByDefault = true;
            }
            else if (parts.Length == 4)
            {
                DeviceKind kind = parts[0] == "b" ? DeviceKind.Block : DeviceKind.Character;
                list._exceptions[(kind, Number(parts[1]), Number(parts[2]))] = Access(parts[3]);
            }
        }

        return list;
    }

    /// <summary>
    /// Writes to devices.allow (true) and devices.deny that lead from a state here, never denying in between what both
    /// allow unless the default itself changes. <paramref name="from"/> null: a fresh group.
    /// </summary>
    public List<(bool Allow, string Rule)> WritesFrom(DeviceAllowList? from)
    {
        List<(bool, string)> writes = [];

        // A group that allows by default does not show its exceptions, so nothing can be kept of it. A fresh one has
        // what its parent has, and can get no more.
        if (from is null || from.AllowsByDefault || AllowsByDefault)
        {
            if (from is not null || !AllowsByDefault)
            {
                writes.Add((AllowsByDefault, "a"));
            }

            from = new DeviceAllowList { AllowsByDefault = AllowsByDefault };
        }

        foreach (((DeviceKind Kind, long? Major, long? Minor) device, int access) in _exceptions)
        {
            int missing = access & ~from._exceptions.GetValueOrDefault(device);
            if (missing != 0)
            {
                writes.Add((!AllowsByDefault, Text(device, missing)));
            }
        }

        foreach (((DeviceKind Kind, long? Major, long? Minor) device, int access) in from._exceptions)
        {
            int spare = access & ~_exceptions.GetValueOrDefault(device);
            if (spare != 0)
            {
                writes.Add((AllowsByDefault, Text(device, spare)));
            }
        }

        return writes;
    }

    private static string Text((DeviceKind Kind, long? Major, long? Minor) device, int access) =>
        $"{(device.Kind == DeviceKind.Block ? 'b' : 'c')} {Text(device.Major)}:{Text(device.Minor)} " +
        $"{((access & Read) != 0 ? "r" : "")}{((access & Write) != 0 ? "w" : "")}{((access & Make) != 0 ? "m" : "")}";

    private static string Text(long? number) => number is { } value ? ResourceWrites.Text(value) : "*";

    private static long? Number(string text) =>
        text == "*" ? null : long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static int Access(string text) => (text.Contains('r') ? Read : 0)
        | (text.Contains('w') ? Write : 0) | (text.Contains('m') ? Make : 0);

    private static bool Overlaps(long? one, long? other) => one is null || other is null || one == other;

    private void Apply(LinuxDeviceRule rule, string field)
    {
        // The kernel reads no further than the "a".
        if (rule.Kind == DeviceKind.All)
        {
            _exceptions.Clear();
            AllowsByDefault = rule.Allow;
            return;
        }

        (DeviceKind Kind, long? Major, long? Minor) device = (rule.Kind, rule.Major, rule.Minor);
        int access = Access(rule.Access);
        if (rule.Allow != AllowsByDefault)
        {
            _exceptions[device] = _exceptions.GetValueOrDefault(device) | access;
            return;
        }

        foreach ((DeviceKind Kind, long? Major, long? Minor) other in _exceptions.Keys.ToArray())
        {
            if (other.Kind != device.Kind || !Overlaps(other.Major, device.Major)
                || !Overlaps(other.Minor, device.Minor)
                || (_exceptions[other] & access) == 0)
            {
                continue;
            }

            // Taking back all of a narrower exception is no problem; a part of a wider one cannot be taken back.
            bool covers = (device.Major is null || device.Major == other.Major)
                && (device.Minor is null || device.Minor == other.Minor);
            if (!covers && !rule.Allow)
            {
                throw ResourceRefusal.HostLacks(field, $"cgroup v1 cannot deny {Text(device, access)} while " +
                    $"{Text(other, _exceptions[other])} is allowed; allow less, instead of denying a part of it");
            }

            if (!covers)
            {
                throw ResourceRefusal.HostLacks(field, $"cgroup v1 cannot allow {Text(device, access)} while " +
                    $"{Text(other, _exceptions[other])} is denied; deny less, instead of allowing a part of it");
            }

            int left = _exceptions[other] & ~access;
            if (left == 0)
            {
                _exceptions.Remove(other);
            }
            else
            {
                _exceptions[other] = left;
            }
        }
    }
}
