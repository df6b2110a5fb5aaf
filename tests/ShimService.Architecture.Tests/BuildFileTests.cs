using System.Xml.Linq;
using ShimService.Architecture.Tests.Support;

namespace ShimService.Architecture.Tests;

public sealed class BuildFileTests
{
    private static IEnumerable<string> ProjectFiles => Repository.Files()
        .Where(static path => path.EndsWith(".csproj", StringComparison.Ordinal));

    [Fact]
    public void Packages_WhenReferenced_ThenTheVersionIsCentral() => Offences.AssertNone(
        from path in ProjectFiles
        from reference in XDocument.Parse(Repository.Read(path)).Descendants("PackageReference")
        where reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null
        select $"{path}: {reference.Attribute("Include")?.Value}");

    [Fact]
    public void PackageVersions_WhenListed_ThenEachIsUsedAndExact()
    {
        var used = ProjectFiles.Append("Directory.Build.props")
            .SelectMany(static path => XDocument.Parse(Repository.Read(path)).Descendants("PackageReference"))
            .Select(static reference => (string)reference.Attribute("Include")!)
            .ToHashSet();

        Offences.AssertNone(
            from version in XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion")
            let name = (string)version.Attribute("Include")!
            let number = (string)version.Attribute("Version")!
            // FsCheck's own dependency, pinned because the version it asks for is not in every source.
            where (!used.Contains(name) && name != "FSharp.Core") || number.AsSpan().IndexOfAny("*[(,") >= 0
            select $"{name} {number}");
    }

    [Fact]
    public void Projects_WhenRead_ThenTheSharedRulesAreNotTakenBack()
    {
        string[] shared =
        [
            "TargetFramework", "TargetFrameworks", "LangVersion", "Nullable", "ImplicitUsings", "TreatWarningsAsErrors",
            "EnforceCodeStyleInBuild", "AnalysisLevel", "Deterministic",
        ];

        Offences.AssertNone(
            from path in ProjectFiles
            from property in XDocument.Parse(Repository.Read(path)).Descendants()
            where shared.Contains(property.Name.LocalName) && property.Parent!.Name.LocalName == "PropertyGroup"
            // A test program that is published like the shim says so by the shared property's name.
            where property.Value != "$(ShimAotFramework)"
            // Its code is generated.
            where !path.EndsWith("ShimService.Contracts.csproj", StringComparison.Ordinal)
            select $"{path}: {property.Name.LocalName} belongs to Directory.Build.props");
    }

    [Fact]
    public void Reaping_WhenProjectRunsInTheShim_ThenProcessIsBanned() => Offences.AssertNone(
        from project in new[] { "Linux", "Tasks", "Oci", "Engine", "Shim" }
        let path = $"src/ShimService.{project}/ShimService.{project}.csproj"
        where project is "Linux" or "Engine" or "Shim"
        where !Repository.Read(path).Contains("BannedSymbols.Reaping.txt", StringComparison.Ordinal)
        select path);

    [Fact]
    public void Protos_WhenRead_ThenPackageNamespaceAndFolderAgree() => Offences.AssertNone(
        from path in Repository.Files("protos")
        where path.EndsWith(".proto", StringComparison.Ordinal)
        let text = Repository.Read(path)
        let package = Path.GetDirectoryName(path)!["protos/".Length..].Replace('/', '.')
        from offence in ProtoOffences(path, text, package)
        select $"{path}: {offence}");

    private static IEnumerable<string> ProtoOffences(string path, string text, string package)
    {
        if (!text.Contains("syntax = \"proto3\";", StringComparison.Ordinal))
        {
            yield return "not proto3";
        }

        if (!text.Contains("option csharp_namespace = \"", StringComparison.Ordinal))
        {
            yield return "no csharp_namespace";
        }

        if (path.StartsWith("protos/shimservice/", StringComparison.Ordinal)
            && !text.Contains($"package {package};", StringComparison.Ordinal))
        {
            yield return $"package is not {package}";
        }
    }
}
