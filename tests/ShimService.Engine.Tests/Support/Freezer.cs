namespace ShimService.Engine.Tests.Support;

/// <summary>Freezes a container's cgroup by hand, as somebody else on the host may.</summary>
internal static class Freezer
{
    private static readonly (string File, string Frozen, string Thawed)[] Kinds =
        [("freezer.state", "FROZEN", "THAWED"), ("cgroup.freeze", "1", "0")];

    public static void Freeze(string id) => Write(id, frozen: true);

    public static void Thaw(string id) => Write(id, frozen: false);

    private static void Write(string id, bool frozen)
    {
        foreach (var directory in Host.Cgroups(id))
        {
            foreach (var (name, whenFrozen, whenThawed) in Kinds)
            {
                var file = Path.Join(directory, name);
                if (File.Exists(file))
                {
                    File.WriteAllText(file, frozen ? whenFrozen : whenThawed);
                    return;
                }
            }
        }

        throw new InvalidOperationException($"the cgroup of {id} cannot be frozen");
    }
}
