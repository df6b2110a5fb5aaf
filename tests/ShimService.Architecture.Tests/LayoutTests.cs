using ShimService.Architecture.Tests.Support;

namespace ShimService.Architecture.Tests;

/// <summary>What lies where, for somebody who opens the repository for the first time.</summary>
public sealed class LayoutTests
{
    private const int ReadmeLines = 25;

    [Fact]
    public void TopLevel_WhenListed_ThenOnlyWhatBelongsThere()
    {
        string[] allowed =
        [
            ".ci", ".dockerignore", ".editorconfig", ".git", ".gitattributes", ".github", ".gitignore",
            "Directory.Build.props", "Directory.Packages.props", "Dockerfile", "LICENSE", "README.md", "ShimService.sln",
            "deploy", "global.json", "protos", "src", "tests",
            // Left behind by building and publishing, and ignored by git.
            "artifacts", ".cache", ".vs",
        ];

        Offences.AssertNone(Directory.EnumerateFileSystemEntries(Repository.Root)
            .Select(static entry => Path.GetFileName(entry)!)
            .Except(allowed));
    }

    [Fact]
    public void Readme_WhenProjectIsShipped_ThenItIsThereAndShort() => Offences.AssertNone(
        from project in Repository.Projects
        let path = $"src/{project}/README.md"
        let lines = File.Exists(Path.Combine(Repository.Root, path))
            ? Repository.Read(path).Count(static letter => letter == '\n')
            : 0
        where lines is 0 or > ReadmeLines
        select $"{path}: {lines} lines");

    [Fact]
    public void Solution_WhenRead_ThenItHoldsEveryProject()
    {
        var solution = Repository.Read("ShimService.sln").Replace('\\', '/');

        Offences.AssertNone(Repository.Files()
            .Where(static path => path.EndsWith(".csproj", StringComparison.Ordinal))
            .Where(path => !solution.Contains($"\"{path}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Scripts_WhenRead_ThenTheySayHowTheyFail() => Offences.AssertNone(
        from path in Repository.Files()
        where path.EndsWith(".sh", StringComparison.Ordinal)
        let text = Repository.Read(path)
        where text.StartsWith("#!", StringComparison.Ordinal) && !text.Contains("\nset -", StringComparison.Ordinal)
        select path);
}
