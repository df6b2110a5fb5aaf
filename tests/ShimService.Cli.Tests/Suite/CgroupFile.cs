namespace ShimService.Cli.Tests.Suite;

/// <summary>A container's control file, whichever generation of cgroups the host has.</summary>
internal static class CgroupFile
{
    /// <param name="names">The file as v1 and v2 call it; the first there is counts.</param>
    public static string Read(string container, string controller, params string[] names)
    {
        string[] places =
        [
            $"/sys/fs/cgroup/{controller}/{container}", $"/sys/fs/cgroup/{container}", $"/sys/fs/cgroup/unified/{container}",
        ];
        string? file = places.SelectMany(place => names.Select(name => Path.Combine(place, name))).FirstOrDefault(File.Exists);
        Assert.True(file is not null, $"{container} has no {string.Join(" or ", names)}");
        return File.ReadAllText(file).Trim();
    }
}
