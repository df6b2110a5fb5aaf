using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ShimService.Architecture.Tests.Support;

namespace ShimService.Architecture.Tests;

public sealed class SourceFileTests
{
    private const int LongestFile = 600;
    private const int LongestLine = 140;

    private static IEnumerable<SourceFile> All => SourceFile.Shipped.Concat(SourceFile.Tests);

    [Fact]
    public void Types_WhenCounted_ThenOneAFileNamedLikeIt() => Offences.AssertNone(
        from file in All
        where Path.GetFileName(file.Path) != "AssemblyInfo.cs"
        let types = TopLevelTypes(file).ToList()
        where types.Count > 1 || types.Any(type => Path.GetFileName(file.Path).Split('.')[0] != type)
        select $"{file.Path}: {string.Join(", ", types)}");

    [Fact]
    public void Lines_WhenCounted_ThenFilesStayReadable()
    {
        var sizes = SourceFile.Shipped
            .Where(static file => !file.Path.EndsWith(".Data.cs", StringComparison.Ordinal))
            .Select(static file => file.Text.Count(static letter => letter == '\n'))
            .Order()
            .ToList();

        Assert.InRange(sizes[sizes.Count / 2], 1, 100);
        Assert.InRange(sizes[sizes.Count * 95 / 100], 1, 350);
        Offences.AssertNone(
            from file in All
            let lines = file.Text.Count(static letter => letter == '\n')
            where lines > LongestFile
            select $"{file.Path}: {lines} lines");
    }

    [Fact]
    public void Lines_WhenMeasured_ThenNoneIsTooLong() => Offences.AssertNone(
        from file in SourceFile.Shipped
        from line in file.Text.Split('\n').Index()
        where line.Item.Length > LongestLine
        select $"{file.Path}:{line.Index + 1}: {line.Item.Length} columns");

    [Fact]
    public void Namespaces_WhenComparedWithFolders_ThenTheyAreTheFolderOrOneAboveIt() => Offences.AssertNone(
        from file in SourceFile.Shipped
        let declared = file.Root.Members.OfType<BaseNamespaceDeclarationSyntax>().ToList()
        from offence in NamespaceOffences(file, declared)
        select $"{file.Path}: {offence}");

    [Fact]
    public void Pragmas_WhenUsed_ThenAReasonStandsAbove() => Offences.AssertNone(
        from file in All
        let lines = file.Text.Split('\n')
        from line in lines.Index()
        where line.Item.TrimStart().StartsWith("#pragma warning disable", StringComparison.Ordinal)
        where !line.Item.Contains("//", StringComparison.Ordinal)
            && !(line.Index > 0 && lines[line.Index - 1].TrimStart().StartsWith("//", StringComparison.Ordinal))
        select $"{file.Path}:{line.Index + 1}");

    [Fact]
    public void Regions_WhenSearched_ThenThereAreNone() => Offences.AssertNone(
        from file in All
        where file.Root.DescendantTrivia().Any(static trivia => trivia.IsKind(SyntaxKind.RegionDirectiveTrivia))
        select file.Path);

    [Fact]
    public void AsyncVoid_WhenSearched_ThenThereIsNone() => Offences.AssertNone(
        from file in All
        from method in file.Root.DescendantNodes().OfType<MethodDeclarationSyntax>()
        where method.Modifiers.Any(static modifier => modifier.Text == "async")
            && method.ReturnType.ToString() == "void"
        select $"{file.At(method)} {method.Identifier}: its exceptions reach nobody");

    private static IEnumerable<string> NamespaceOffences(
        SourceFile file, List<BaseNamespaceDeclarationSyntax> declared)
    {
        var folders = file.Path.Split(Path.DirectorySeparatorChar)[1..^1];
        var expected = string.Join('.', folders);
        if (declared.Any(static space => space is not FileScopedNamespaceDeclarationSyntax))
        {
            yield return "the namespace is not file-scoped";
        }

        // A project may show one namespace to the others (Rpc does) and keep folders for its own order.
        if (declared.Count == 1 && !(expected + ".").StartsWith(declared[0].Name + ".", StringComparison.Ordinal))
        {
            yield return $"namespace {declared[0].Name} in folder {expected}";
        }
    }

    private static IEnumerable<string> TopLevelTypes(SourceFile file) =>
        file.Root.Members
            .Concat(
                file.Root.Members.OfType<BaseNamespaceDeclarationSyntax>().SelectMany(static space => space.Members))
            .Select(static member => member switch
            {
                BaseTypeDeclarationSyntax type => type.Identifier.Text,
                DelegateDeclarationSyntax type => type.Identifier.Text,
                _ => null,
            })
            .OfType<string>();
}
