using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ShimService.Architecture.Tests.Support;

/// <summary>One C# file, parsed.</summary>
internal sealed record SourceFile(string Path, string Text, CompilationUnitSyntax Root)
{
    /// <summary>All of src, parsed once.</summary>
    public static IReadOnlyList<SourceFile> Shipped { get; } = [.. ParseAll("src")];

    public static IReadOnlyList<SourceFile> Tests { get; } = [.. ParseAll("tests")];

    public string At(SyntaxNode node) => $"{Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    private static ParallelQuery<SourceFile> ParseAll(string folder) => Repository.Files(folder)
        .Where(static path => path.EndsWith(".cs", StringComparison.Ordinal))
        .Order()
        .AsParallel()
        .AsOrdered()
        .Select(static path => Parse(path));

    private static SourceFile Parse(string path)
    {
        var text = Repository.Read(path);
        var tree = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview));
        return new SourceFile(path, text, tree.GetCompilationUnitRoot());
    }
}
