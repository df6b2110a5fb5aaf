using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ShimService.Architecture.Tests.Support;

namespace ShimService.Architecture.Tests;

public sealed class UnsafeCodeTests
{
    [Fact]
    public void Pointers_WhenUsed_ThenTheSameMemberSaysWhyItIsSafe() => Offences.AssertNone(
        from file in SourceFile.Shipped
        from member in file.Root.DescendantNodes().OfType<MemberDeclarationSyntax>()
        where member is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or FieldDeclarationSyntax
        where member.DescendantNodes().Any(TouchesMemory)
        where !member.ToFullString().Contains("// SAFETY:", StringComparison.Ordinal)
        select $"{file.At(member)}: no \"// SAFETY:\"");

    [Fact]
    public void UnsafeBlocks_WhenUsed_ThenSafetyStandsBesideThem() => Offences.AssertNone(
        from file in SourceFile.Shipped
        from block in file.Root.DescendantNodes().OfType<UnsafeStatementSyntax>()
        where !block.GetLeadingTrivia().ToFullString().Contains("// SAFETY:", StringComparison.Ordinal)
            && !block.Block.ToFullString().Contains("// SAFETY:", StringComparison.Ordinal)
        select $"{file.At(block)}: no \"// SAFETY:\"");

    [Fact]
    public void LibraryImports_WhenDeclared_ThenInternalBlittableAndAnswerWithErrno() => Offences.AssertNone(
        from file in SourceFile.Shipped
        from method in file.Root.DescendantNodes().OfType<MethodDeclarationSyntax>()
        from attribute in method.AttributeLists.SelectMany(static list => list.Attributes)
        where attribute.Name.ToString() == "LibraryImport"
        from offence in OffencesOf(method, attribute)
        select $"{file.At(method)} {method.Identifier}: {offence}");

    [Fact]
    public void DllImports_WhenSearched_ThenThereAreNone() => Offences.AssertNone(
        from file in SourceFile.Shipped
        from attribute in file.Root.DescendantNodes().OfType<AttributeSyntax>()
        where attribute.Name.ToString() == "DllImport"
        select $"{file.At(attribute)}: LibraryImport marshals at compile time");

    private static IEnumerable<string> OffencesOf(MethodDeclarationSyntax method, AttributeSyntax attribute)
    {
        var type = method.Ancestors().OfType<TypeDeclarationSyntax>().First();
        var hidden = type.Modifiers.Any(SyntaxKind.InternalKeyword) || method.Modifiers.Any(SyntaxKind.PrivateKeyword)
            || method.Modifiers.Any(SyntaxKind.InternalKeyword);
        if (!hidden)
        {
            yield return "public";
        }

        var saves = attribute.ToString().Contains("SetLastError = true", StringComparison.Ordinal);
        if (!saves && !CannotFail.Contains(EntryPoint(method, attribute)))
        {
            yield return "no SetLastError: its errno could be another call's";
        }
    }

    private static string EntryPoint(MethodDeclarationSyntax method, AttributeSyntax attribute) =>
        attribute.ArgumentList!.Arguments
            .Where(static argument => argument.NameEquals?.Name.ToString() == "EntryPoint")
            .Select(static argument => ((LiteralExpressionSyntax)argument.Expression).Token.ValueText)
            .SingleOrDefault(method.Identifier.Text);

    /// <summary>Calls without an errno of their own.</summary>
    private static readonly string[] CannotFail = ["geteuid", "getegid", "getuid", "getpid", "cfmakeraw", "isatty"];

    private static bool TouchesMemory(SyntaxNode node) => node switch
    {
        FixedStatementSyntax => true,
        PrefixUnaryExpressionSyntax unary => unary.IsKind(SyntaxKind.PointerIndirectionExpression)
            || unary.IsKind(SyntaxKind.AddressOfExpression),
        MemberAccessExpressionSyntax access => access.IsKind(SyntaxKind.PointerMemberAccessExpression),
        FunctionPointerTypeSyntax => node.Ancestors().OfType<CastExpressionSyntax>().Any(),
        _ => false,
    };
}
