using ShimService.Cli.Arguments;
using Command = System.CommandLine.Command;

namespace ShimService.Cli.Tests;

public class ResourceRequestsTests
{
    [Fact]
    public void Changes_WhenNothingWasTyped_ThenRefusedWithTheOptions()
    {
        var options = new ContainerOptions();
        var command = new Command("update") { options.Memory, options.Cpus, options.PidsLimit };

        var refused = Assert.Throws<CliException>(() => ResourceRequests.Changes(options, command.Parse([])));

        Assert.Contains("--memory, --memory-swap, --cpus", refused.Message, StringComparison.Ordinal);
        Assert.NotEqual(0, refused.Status);
    }

    [Fact]
    public void Changes_WhenOneLimitWasTyped_ThenOnlyThatIsSet()
    {
        var options = new ContainerOptions();
        var command = new Command("update") { options.Memory, options.Cpus, options.PidsLimit };

        var resources = ResourceRequests.Changes(options, command.Parse(["--pids-limit", "5"]));

        Assert.Equal(5, resources.Pids.Limit);
        Assert.Null(resources.Memory);
        Assert.Null(resources.Cpu);
    }
}
