using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Oci.Model;
using ShimService.Shim.Info;

namespace ShimService.Shim.Tests.Info;

public sealed class InfoCommandTests
{
    [Fact]
    public void Run_WhenAsked_ThenNameVersionOptionsAndFeatures()
    {
        var options = new Any { TypeUrl = "t", Value = ByteString.CopyFromUtf8("v") };

        var fields = Fields(InfoCommand.Run(options.ToByteArray()));

        Assert.Equal("io.containerd.shimservice.v2", fields[1].ToStringUtf8());
        Assert.Equal(ShimVersion.Text, Fields(fields[2].ToByteArray())[1].ToStringUtf8());
        Assert.Equal(options, Any.Parser.ParseFrom(fields[3]));
        var features = Any.Parser.ParseFrom(fields[4]);
        Assert.Equal("types.containerd.io/opencontainers/runtime-spec/1/features/Features", features.TypeUrl);
        using var json = JsonDocument.Parse(features.Value.ToStringUtf8());
        Assert.True(json.RootElement.GetProperty("linux").GetProperty("mountExtensions").GetProperty("idmap")
            .GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public void Run_WhenThereAreNoOptions_ThenNone() => Assert.DoesNotContain(3, Fields(InfoCommand.Run([])).Keys);

    [Fact]
    public void Features_WhenHooksAndCapabilitiesAreAnnounced_ThenTheyAreThoseOfTheSpec()
    {
        using var json = JsonDocument.Parse(RuntimeFeatures.Format());
        var root = json.RootElement;

        Assert.Equal(
            ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"],
            root.GetProperty("hooks").EnumerateArray().Select(hook => hook.GetString()));
        Assert.Equal(
            CapabilityNames.All,
            root.GetProperty("linux").GetProperty("capabilities").EnumerateArray().Select(name => name.GetString()!));
        Assert.Contains(
            "org.systemd.property.",
            root.GetProperty("potentiallyUnsafeConfigAnnotations").EnumerateArray().Select(key => key.GetString()));
        Assert.Equal(
            ShimVersion.Text,
            root.GetProperty("annotations").GetProperty("io.containerd.shimservice.version").GetString());
    }

    /// <summary>What is announced is understood: each option in a spec of its own.</summary>
    [Fact]
    public void Features_WhenAMountOptionIsAnnounced_ThenASpecMayHaveIt()
    {
        using var json = JsonDocument.Parse(RuntimeFeatures.Format());
        foreach (var option in json.RootElement.GetProperty("mountOptions").EnumerateArray())
        {
            // Ids can be mapped where there is a map, and of a bind mount; only these may be of links, too.
            var more = option.GetString() switch
            {
                "idmap" or "ridmap" => """
                    ,"bind"],"uidMappings":[{"size":1}],"gidMappings":[{"size":1}
                    """,
                "copy-symlink" or "src-nofollow" or "dest-nofollow" => ""","bind" """,
                _ => "",
            };
            var spec =
                $$"""
                {"ociVersion":"1.2.0","root":{"path":"r"},"process":{"cwd":"/","args":["a"]},"linux":{"namespaces":[{"type":"mount"}]},
                "mounts":[{"destination":"/m","type":"tmpfs","source":"t","options":["{{option.GetString()}}"{{more}}]}]}
                """;
            Assert.Null(Record.Exception(() => Spec.Parse(System.Text.Encoding.UTF8.GetBytes(spec))));
        }
    }

    private static Dictionary<int, ByteString> Fields(byte[] message)
    {
        var fields = new Dictionary<int, ByteString>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            fields[WireFormat.GetTagFieldNumber(tag)] = input.ReadBytes();
        }

        return fields;
    }
}
