using System.Text.Json.Nodes;
using ShimService.Engine.Tests.Support;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Conformance;

/// <summary>What the specification lets a document lack, and a container that is to be started cannot.</summary>
public sealed class IncompleteSpecTests
{
    [Theory]
    [InlineData("process")]
    [InlineData("root")]
    public async Task Create_WhenWhatStartNeedsIsMissing_ThenRefusedWithThePropertyAndNothingIsLeft(string property)
    {
        using var container = new RealContainer(null, "true");
        var config = Path.Join(container.Bundle, "config.json");
        var document = JsonNode.Parse(await File.ReadAllTextAsync(config))!.AsObject();
        document.Remove(property);
        await File.WriteAllTextAsync(config, document.ToJsonString());

        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync());

        Assert.Equal((ErrorKind.InvalidArgument, ErrorReason.InvalidSpec), (refused.Kind, refused.Reason));
        Assert.StartsWith(property, refused.Field, StringComparison.Ordinal);
        Assert.Empty(Host.Cgroups(container.Id));
    }
}
