using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ShimService.Oci.Build;
using ShimService.Oci.Write;

namespace ShimService.Oci.Tests.Build;

/// <summary>
/// What each configuration changes of the plain container's spec, in Goldens/NAME.txt; the first line is the rule it
/// shows. Goldens/plain.txt is the plain container whole. UPDATE_GOLDENS=1 in the environment rewrites them all; read
/// the difference before you commit it.
/// </summary>
public sealed class GoldenTests
{
    public static TheoryData<string> Names => [.. GoldenConfigs.All.Select(sample => sample.Name)];

    [Fact]
    public void Configs_WhenCounted_ThenThereAreSixtyAndEachHasItsGolden()
    {
        Assert.True(GoldenConfigs.All.Count >= 60, $"only {GoldenConfigs.All.Count}");
        var files = Directory.GetFiles(Folder()).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
        Assert.Equal(
            GoldenConfigs.All.Select(sample => sample.Name).Append("plain").Order(StringComparer.Ordinal), files);
    }

    [Fact]
    public void Build_WhenTheConfigIsPlain_ThenTheWholeSpecIsTheGoldens() =>
        Check("plain", ["# a config with nothing but a root and a command", .. Lines(GoldenConfigs.Plain, []).Select(line => "  " + line)]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Build_WhenOneThingIsAsked_ThenTheGoldenSaysWhatChanges(string name)
    {
        var sample = GoldenConfigs.All.Single(sample => sample.Name == name);
        var warnings = new List<string>();
        var plain = Lines(GoldenConfigs.Plain, []);
        var lines = Lines(sample.Config, warnings);
        List<string> removed = [.. plain], added = [.. lines];
        foreach (var line in lines)
        {
            if (removed.Remove(line))
            {
                added.Remove(line);
            }
        }

        string[] golden =
        [
            "# " + sample.Rule, .. removed.Select(line => "- " + line), .. added.Select(line => "+ " + line),
            .. warnings.Select(warning => "! " + warning),
        ];
        Assert.True(golden.Length > 1, "the sample shows nothing");
        Check(name, golden);
    }

    private static List<string> Lines(ContainerConfig config, List<string> warnings)
    {
        var host = new FakeHost();
        host.Mounts["/shared"] = new HostMount(Shared: true, Slave: false, []);
        host.Mounts["/locked"] = new HostMount(Shared: false, Slave: false, ["nosuid", "nodev"]);
        var json = SpecWriter.Write(SpecBuilder.Build(config, host, new FakeImage(), warnings));
        using var document = JsonDocument.Parse(json);
        var lines = new List<string>();
        Flatten(document.RootElement, "", lines);
        return lines;
    }

    // A list of objects is one line an entry, a list of words one line whole: that is how a person compares them.
    private static void Flatten(JsonElement element, string path, List<string> lines)
    {
        if (element.ValueKind == JsonValueKind.Object && element.EnumerateObject().Any()
            && !path.EndsWith("[]", StringComparison.Ordinal))
        {
            foreach (var property in element.EnumerateObject())
            {
                Flatten(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", lines);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array
            && element.EnumerateArray().Any(entry => entry.ValueKind == JsonValueKind.Object))
        {
            foreach (var entry in element.EnumerateArray())
            {
                Flatten(entry, path + "[]", lines);
            }
        }
        else
        {
            lines.Add($"{path} {JsonSerializer.Serialize(element)}");
        }
    }

    private static void Check(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(Folder(), $"{name}.txt");
        var text = new StringBuilder().AppendJoin('\n', lines).Append('\n').ToString();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDENS") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.Exists(path) ? File.ReadAllText(path).Split('\n') : [], text.Split('\n'));
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(here)!, "Goldens")).FullName;
}
