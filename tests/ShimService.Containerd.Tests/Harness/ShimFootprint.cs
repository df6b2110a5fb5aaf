using System.Globalization;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>What a shim holds of the host at one moment.</summary>
internal sealed record ShimFootprint(int Descriptors, int Threads, int Children, int Sockets, long ResidentKilobytes)
{
    public static ShimFootprint Of(int pid)
    {
        string[] links = [.. Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Select(entry =>
            new FileInfo(entry).LinkTarget ?? "")];
        string resident = File.ReadLines($"/proc/{pid}/status")
            .First(line => line.StartsWith("VmRSS", StringComparison.Ordinal));
        return new ShimFootprint(
            links.Length,
            Directory.EnumerateDirectories($"/proc/{pid}/task").Count(),
            Directory.EnumerateDirectories($"/proc/{pid}/task").Sum(task =>
                File.ReadAllText(Path.Combine(task, "children"))
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries).Length),
            links.Count(link => link.StartsWith("socket:", StringComparison.Ordinal)),
            long.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
    }
}
