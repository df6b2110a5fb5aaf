using ShimService.Network.Names;
using ShimService.Tasks.Errors;

namespace ShimService.Network.Tests.Pure;

public sealed class KnownNamesTests
{
    [Theory]
    [InlineData("web", true)]
    [InlineData("web-1.example_x", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a\n10.0.0.9 bank", false)]
    [InlineData("db:x", false)]
    [InlineData("a#b", false)]
    public void IsName_WhenAWordIsGiven_ThenOnlyWhatIsOneWordOfAHostsFile(string name, bool isName) =>
        Assert.Equal(isName, KnownNames.IsName(name));

    [Fact]
    public void CheckAliases_WhenOneIsNoName_ThenItIsNamed()
    {
        var error = Assert.Throws<TaskException>(() => KnownNames.CheckAliases(["web", "a\nb"]));

        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("a\nb", error.Message, StringComparison.Ordinal);
    }
}
