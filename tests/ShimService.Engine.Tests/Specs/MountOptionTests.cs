using ShimService.Engine.Tests.Support;
using ShimService.Linux.Abi;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>Every word of mounts[].options, as the container's mount table tells of it. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "mounts[].options")]
public sealed class MountOptionTests : IDisposable
{
    private const MountFlags Strict = MountFlags.ReadOnly | MountFlags.NoSetuid | MountFlags.NoDevices
        | MountFlags.NoExecute | MountFlags.NoDirectoryAccessTime | MountFlags.NoSymlinkFollow;

    private readonly SpecScene _scene = new();

    [Fact]
    public async Task Run_WhenWordsAreSetOnABind_ThenTheyAreInForce()
    {
        var seen = await OptionsAsync(MountFlags.None, "bind", Words("ro", "nosuid", "nodev", "noexec", "nodiratime",
            "nosymfollow", "noatime", "strictatime", "relatime", "defaults", "silent", "loud", "async", "nomand",
            "nolazytime", "noiversion"));

        Assert.Equal(
            [
                "ro,relatime", "rw,nosuid,relatime", "rw,nodev,relatime", "rw,noexec,relatime",
                "rw,nodiratime,relatime", "rw,relatime,nosymfollow", "rw,noatime", "rw", "rw,relatime",
                "rw,relatime", "rw,relatime", "rw,relatime", "rw,relatime", "rw,relatime", "rw,relatime", "rw,relatime",
            ],
            seen.Select(pair => pair.Outer));
        Assert.All(seen, pair => Assert.Equal("rw,relatime", pair.Inner));
    }

    [Fact]
    public async Task Run_WhenWordsAreClearedOnABind_ThenTheOthersStay()
    {
        var seen = await OptionsAsync(
            Strict | MountFlags.NoAccessTime, "bind",
            Words("rw", "suid", "dev", "exec", "diratime", "symfollow", "atime", "relatime", "norelatime",
                "nostrictatime"));

        const string all = "ro,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow";
        Assert.Equal(
            [
                all.Replace("ro,", "rw,", StringComparison.Ordinal), Without(all, "nosuid"), Without(all, "nodev"),
                Without(all, "noexec"), Without(all, "nodiratime"), Without(all, "nosymfollow"), Relative(all),
                Relative(all), Relative(all), Relative(all),
            ],
            seen.Select(pair => pair.Outer));

        static string Without(string all, string word) => all.Replace("," + word, "", StringComparison.Ordinal);

        static string Relative(string all) =>
            all.Replace(",noatime,nodiratime", ",nodiratime,relatime", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenWordsAreRecursive_ThenWhatIsBelowHasThemToo()
    {
        var seen = await OptionsAsync(MountFlags.None, "rbind", Words("rro", "rnosuid", "rnodev", "rnoexec",
            "rnodiratime", "rnosymfollow", "rnoatime", "rstrictatime", "rrelatime", "rnorelatime", "ro"));
        string[] expected =
        [
            "ro,relatime", "rw,nosuid,relatime", "rw,nodev,relatime", "rw,noexec,relatime", "rw,nodiratime,relatime",
            "rw,relatime,nosymfollow", "rw,noatime", "rw", "rw,relatime", "rw,relatime", "ro,relatime",
        ];

        Assert.Equal(expected, seen.Select(pair => pair.Outer));

        // The last one, without the r, is for the mount alone.
        Assert.Equal([.. expected[..^1], "rw,relatime"], seen.Select(pair => pair.Inner));
    }

    [Fact]
    public async Task Run_WhenWordsAreClearedRecursively_ThenWhatIsBelowLosesThemToo()
    {
        var seen = await OptionsAsync(Strict | MountFlags.NoAccessTime, "rbind", Words(
            "rrw", "rsuid", "rdev", "rexec", "rdiratime", "rsymfollow", "ratime", "rnostrictatime", "rnoatime"));

        Assert.All(seen, pair => Assert.Equal(pair.Outer, pair.Inner));
        Assert.Equal(
            [
                "rw,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow", "ro,nodev,noexec,noatime,nodiratime,nosymfollow",
                "ro,nosuid,noexec,noatime,nodiratime,nosymfollow", "ro,nosuid,nodev,noatime,nodiratime,nosymfollow",
                "ro,nosuid,nodev,noexec,noatime,nosymfollow", "ro,nosuid,nodev,noexec,noatime,nodiratime",
                "ro,nosuid,nodev,noexec,nodiratime,relatime,nosymfollow",
                "ro,nosuid,nodev,noexec,nodiratime,relatime,nosymfollow",
                "ro,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow",
            ],
            seen.Select(pair => pair.Outer));
    }

    [Fact]
    public async Task Run_WhenWordsContradictEachOther_ThenTheLastOneHolds()
    {
        var seen = await OptionsAsync(MountFlags.None, "bind", [["ro", "rw"], ["rw", "ro"], ["noatime", "strictatime"],
            ["nosuid", "suid", "nodev"], ["sync", "async"]]);

        Assert.Equal(
            ["rw,relatime", "ro,relatime", "rw", "rw,nodev,relatime", "rw,relatime"], seen.Select(pair => pair.Outer));
    }

    [Fact]
    public async Task Run_WhenPropagationWordsFollowEachOther_ThenEachIsApplied()
    {
        var shared = _scene.Shared("shared");
        string[][] words =
        [
            ["rshared"], ["slave", "shared"], ["shared", "private"], ["unbindable"], ["rprivate"], ["runbindable"],
        ];
        var lines = await _scene.RunAsync(SpecChanges.MountTable, spec => spec.WithMounts([.. words.Select(
            (group, i) => new MountSpec { Source = shared, Destination = $"/m{i}", Options = ["rbind", .. group] })]));

        // Optional fields: up to the dash.
        Assert.Equal(
            ["shared master", "shared master", "", "unbindable", "", "unbindable"],
            words.Select((_, i) => string.Join(' ', Find(lines, $"/m{i}").Split(' ')[2..].TakeWhile(word => word != "-")
                .Select(word => word.Split(':')[0]))));
    }

    [Fact]
    [Trait("Spec", "mounts[].type")]
    public async Task Run_WhenAFileSystemIsNew_ThenWordsAndDataReachIt()
    {
        var lines = await _scene.RunAsync(SpecChanges.MountTable, spec => spec.WithMounts(
            new MountSpec
            {
                Type = "tmpfs", Source = "named", Destination = "/a", Options = ["sync", "dirsync", "lazytime", "size=64k", "nosuid", "noatime"],
            },
            new MountSpec { Type = "tmpfs", Destination = "/b", Options = ["iversion", "size=128k", "nodev", "ro"] }));

        Assert.StartsWith("/a rw,nosuid,noatime - tmpfs named rw,sync,dirsync,lazytime,size=64k", Find(lines, "/a"), StringComparison.Ordinal);
        Assert.StartsWith("/b ro,nodev,relatime ", Find(lines, "/b"), StringComparison.Ordinal);
        Assert.Contains("size=128k", Find(lines, "/b"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("lazytime")]
    [InlineData("size=1k")]
    [InlineData("unheard")]
    public async Task Create_WhenABindHasWordsOfAFileSystem_ThenRefusedWithTheField(string word)
    {
        var failure = await _scene.RefusedAsync(spec => spec.WithMounts(
            new MountSpec { Source = "/tmp", Destination = "/data", Options = ["bind", word] }));

        Assert.Equal($"mounts[{MountsOfTheBuilder()}].options", failure.Field);
        Assert.Contains(word.Split('=')[0], failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenAMountIsRemounted_ThenItsAttributesChange()
    {
        var lines = await _scene.RunAsync(SpecChanges.MountTable, spec => spec.WithMounts(
            new MountSpec { Type = "tmpfs", Destination = "/a", Options = ["nosuid"] },
            new MountSpec { Destination = "/a", Options = ["remount", "ro", "noexec"] },
            new MountSpec { Destination = "/proc", Type = "proc", Options = ["remount", "nodiratime"] }));

        Assert.StartsWith("/a ro,nosuid,noexec,relatime ", Find(lines, "/a"), StringComparison.Ordinal);
        Assert.StartsWith(
            "/proc rw,nosuid,nodev,noexec,nodiratime,relatime ", Find(lines, "/proc"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "ro,nosuid,relatime")]
    [InlineData("nodev", "ro,nosuid,nodev,relatime")]
    [InlineData("rw", null)]
    [InlineData("noatime", null)]
    [Trait("Spec", "linux.namespaces[user]")]
    public async Task Run_WhenTheHostHasLockedAFlag_ThenAUserNamespaceKeepsIt(string? word, string? expected)
    {
        var source = _scene.Mount(_scene.Directory("locked"), "tmpfs", MountFlags.ReadOnly | MountFlags.NoSetuid);
        Directory.CreateDirectory(Path.Join(_scene.Rootfs, "data"));
        Spec Bound(Spec spec) => spec.InUserNamespace().WithMounts(new MountSpec
        {
            Source = source, Destination = "/data", Options = word is null ? ["bind"] : ["bind", word],
        });
        if (expected is null)
        {
            var failure = await _scene.RefusedAsync(Bound);
            Assert.Equal(("mount /data", "EPERM"), (failure.Step, failure.Errno));
            Assert.Contains("may not loosen", failure.Hint, StringComparison.Ordinal);
        }
        else
        {
            var lines = await _scene.RunAsync(SpecChanges.MountTable, Bound);
            Assert.StartsWith($"/data {expected} ", Find(lines, "/data"), StringComparison.Ordinal);
        }
    }

    public void Dispose() => _scene.Dispose();

    private static string[][] Words(params string[] words) => [.. words.Select(word => new[] { word })];

    private static int MountsOfTheBuilder() => 7;

    private static string Find(string[] lines, string point) =>
        lines.Last(line => line.StartsWith(point + " ", StringComparison.Ordinal));

    // One container with a mount for each group of words: of a tmpfs that has another below it.
    private async Task<(string Outer, string Inner)[]> OptionsAsync(MountFlags flags, string kind, string[][] words)
    {
        var source = _scene.Mount(_scene.Directory("source"), "tmpfs");
        var inner = _scene.Mount(Directory.CreateDirectory(Path.Join(source, "inner")).FullName, "tmpfs");
        if (flags != MountFlags.None)
        {
            foreach (var path in (string[])[inner, source])
            {
                Linux.Mounts.Mount("", path, "", flags | MountFlags.Remount | MountFlags.Bind, "");
            }
        }

        var lines = await _scene.RunAsync(SpecChanges.MountTable, spec => spec.WithMounts([.. words.Select(
            (group, i) => new MountSpec { Source = source, Destination = $"/m{i}", Options = [kind, .. group] })]));
        return [.. words.Select((_, i) => (Find(lines, $"/m{i}").Split(' ')[1],
            kind == "rbind" ? Find(lines, $"/m{i}/inner").Split(' ')[1] : "rw,relatime"))];
    }
}
