using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using ShimService.Architecture.Tests.Support;

namespace ShimService.Architecture.Tests;

/// <summary>
/// Which project may know which: said once, in the README, and held here for projects and assemblies.
/// </summary>
public sealed class ReferenceTests
{
    /// <summary>Edges that no future edit of the README's table may allow.</summary>
    private static readonly (string From, string To)[] Never =
    [
        ("ShimService.Network", "ShimService.Engine"),
        ("ShimService.Engine", "ShimService.Network"),
        ("ShimService.Tasks", "ShimService.Linux"),
        ("ShimService.Tasks", "ShimService.Contracts"),
        ("ShimService.Rpc", "ShimService.Tasks"),
        ("ShimService.Daemon", "ShimService.Engine"),
        ("ShimService.Daemon", "ShimService.Shim"),
    ];

    [Fact]
    public void Table_WhenComparedWithTheTree_ThenNamesEveryProjectAndNoOther() =>
        Assert.Equal(Repository.Projects, AllowedReferences.Table.Keys.Order());

    [Fact]
    public void Table_WhenRead_ThenForbiddenEdgesAreNotInIt() => Offences.AssertNone(
        from edge in Never
        where AllowedReferences.Table.TryGetValue(edge.From, out var allowed) && allowed.Contains(edge.To)
        select $"README.md allows {edge.From} → {edge.To}");

    [Fact]
    public void ProjectReferences_WhenRead_ThenTheTableAllowsThem() => Offences.AssertNone(
        from project in Repository.Projects
        from reference in Elements(project, "ProjectReference")
        let name = Path.GetFileNameWithoutExtension(reference)
        where !AllowedReferences.Table[project].Contains(name)
        select $"{project}.csproj references {name}");

    [Fact]
    public void AssemblyReferences_WhenRead_ThenTheTableAllowsThem() => Offences.AssertNone(
        from project in Repository.Projects
        from name in ReadAssembly(project, static metadata => metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)).ToArray())
        where name.StartsWith("ShimService.", StringComparison.Ordinal)
        where !AllowedReferences.Table[project].Contains(name)
        select $"{project}.dll references {name}");

    [Theory]
    [InlineData("ShimService.Linux")]
    [InlineData("ShimService.Oci")]
    [InlineData("ShimService.Tasks")]
    [InlineData("ShimService.Rpc")]
    [InlineData("ShimService.Engine")]
    [InlineData("ShimService.Shim")]
    public void PackageReferences_WhenTheShimLoadsIt_ThenThereAreNone(string project) =>
        Assert.Empty(Elements(project, "PackageReference"));

    [Fact]
    public void FrameworkReferences_WhenRead_ThenOnlyTheDaemonLoadsAspNet() => Offences.AssertNone(
        from project in Repository.Projects
        where project != "ShimService.Daemon"
        where Elements(project, "FrameworkReference").Length > 0
            || Repository.Read($"src/{project}/{project}.csproj").Contains("Sdk.Web", StringComparison.Ordinal)
        select $"{project}.csproj");

    [Theory]
    [InlineData("ShimService.Oci")]
    [InlineData("ShimService.Tasks")]
    public void TypeReferences_WhenProjectIsPure_ThenNothingDoesInputOrOutput(string project)
    {
        string[] forbidden =
        [
            "System.IO.File", "System.IO.FileStream", "System.IO.FileInfo", "System.IO.Directory",
            "System.IO.DirectoryInfo", "System.Diagnostics.Process", "System.Console",
        ];

        var used = ReadAssembly(project, static metadata => metadata.TypeReferences
            .Select(metadata.GetTypeReference)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")
            .ToArray());

        Offences.AssertNone(used.Where(type =>
            forbidden.Contains(type) || type.StartsWith("System.Net.", StringComparison.Ordinal)));
    }

    private static string[] Elements(string project, string name) =>
    [
        .. XDocument.Parse(Repository.Read($"src/{project}/{project}.csproj"))
            .Descendants(name)
            .Select(static element => (string)element.Attribute("Include")!),
    ];

    private static T ReadAssembly<T>(string project, Func<MetadataReader, T> read)
    {
        using var file = File.OpenRead(Repository.AssemblyOf(project));
        using var image = new PEReader(file);
        return read(image.GetMetadataReader());
    }
}
