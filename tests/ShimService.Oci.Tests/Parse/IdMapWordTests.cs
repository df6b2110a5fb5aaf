using ShimService.Oci.Model;
using ShimService.Oci.Tests.Specs;

namespace ShimService.Oci.Tests.Parse;

/// <summary>"idmap=…": the maps of a mount in one word.</summary>
public sealed class IdMapWordTests
{
    private const string User = """
        "namespaces":[{"type":"mount"},{"type":"pid"},{"type":"user"}],
        "uidMappings":[{"containerID":0,"hostID":100000,"size":1000},{"containerID":1000,"hostID":5000,"size":10}],
        "gidMappings":[{"containerID":0,"hostID":200000,"size":1000}]
        """;

    [Theory]
    [InlineData("idmap=uids=0-1-10#10-11-10;gids=0-100-10", "idmap", "0:1:10 10:11:10", "0:100:10")]
    [InlineData("ridmap=gids=5-6-7;uids=1-2-3", "ridmap", "1:2:3", "5:6:7")]
    [InlineData("idmap=uids=@0-0-10#7-@0-1;gids=@3-5-995", "", "", "")]
    [InlineData("idmap=uids=@20-5-995#@0-1000-10;gids=@0-0-1000", "idmap", "20:100005:995 0:5000:10", "0:200000:1000")]
    [InlineData("idmap=uids=@0-995-10;gids=0-0-1", "", "", "")]
    [InlineData("idmap=uids=0-1", "", "", "")]
    [InlineData("idmap=uids=0-1-2", "", "", "")]
    [InlineData("idmap=uids=0-1-x;gids=0-0-1", "", "", "")]
    [InlineData("idmap=uids=0-1-2;uids=0-0-1", "", "", "")]
    [InlineData("idmap=uids=0-1-99999999999;gids=0-0-1", "", "", "")]
    [InlineData("idmap=", "", "", "")]
    public void Parse_WhenAnOptionHoldsTheMaps_ThenTheyAreTheMountsOrRefused(
        string option, string word, string uids, string gids)
    {
        var json = Sample.Minimal(
            $$"""
            "mounts":[{"destination":"/a","source":"/b","options":["bind","{{option}}"]}]
            """, User);
        if (word.Length == 0)
        {
            Assert.StartsWith("mounts[0].", Sample.Refused(json).Field, StringComparison.Ordinal);
            return;
        }

        var mount = Spec.Parse(System.Text.Encoding.UTF8.GetBytes(json)).Mounts[0];

        Assert.Equal(["bind", word], mount.Options);
        Assert.Equal((uids, gids), (Text(mount.UidMappings), Text(mount.GidMappings)));
    }

    [Fact]
    public void Parse_WhenTheMapsAreGivenTwice_ThenRefused() =>
        Assert.Equal("mounts[0].options[1]", Sample.Refused(Sample.Minimal(
            """
            "mounts":[{"destination":"/a","source":"/b","options":["bind","idmap=uids=0-1-2;gids=0-1-2"],
            "uidMappings":[{"containerID":0,"hostID":0,"size":1}]}]
            """, User)).Field);

    private static string Text(IReadOnlyList<LinuxIdMapping> mappings) =>
        string.Join(' ', mappings.Select(one => $"{one.ContainerId}:{one.HostId}:{one.Size}"));
}
