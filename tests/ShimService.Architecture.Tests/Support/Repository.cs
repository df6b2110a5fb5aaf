using System.Reflection;
using System.Runtime.CompilerServices;

namespace ShimService.Architecture.Tests.Support;

/// <summary>The tree that is held to the rules: everything but what building and publishing leave behind.</summary>
internal static class Repository
{
    private static readonly string[] Generated =
        ["bin", "obj", "artifacts", "TestResults", "node_modules", "__pycache__", ".git", ".cache", ".vs"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Projects { get; } =
    [
        .. Directory.EnumerateDirectories(Path.Combine(Root, "src"))
            .Where(static directory => Directory.EnumerateFiles(directory, "*.csproj").Any())
            .Select(static directory => Path.GetFileName(directory)!)
            .Order(),
    ];

    /// <summary>Every file below a folder, as paths relative to the root.</summary>
    public static IEnumerable<string> Files(string folder = "") =>
        Walk(Path.Combine(Root, folder)).Select(static file => Path.GetRelativePath(Root, file));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>
    /// Where the build puts a project's assembly. Projects that are not built are a failure of the test.
    /// </summary>
    public static string AssemblyOf(string project)
    {
        var folder = Path.Combine(Root, "src", project, "bin", Metadata("Configuration"), Metadata("Framework"));
        return Directory.EnumerateFiles(folder, "*.dll").Single(file => IsAssemblyOf(project, file));
    }

    private static bool IsAssemblyOf(string project, string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var text = Read(Path.Combine("src", project, project + ".csproj"));
        const string Element = "<AssemblyName>";
        var start = text.IndexOf(Element, StringComparison.Ordinal);
        return name == (start < 0
            ? project
            : text[(start + Element.Length)..text.IndexOf("</AssemblyName>", StringComparison.Ordinal)]);
    }

    private static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (Path.GetFileName(file) != ".git")
            {
                yield return file;
            }
        }

        foreach (var directory in Directory.EnumerateDirectories(folder))
        {
            if (!Generated.Contains(Path.GetFileName(directory)))
            {
                foreach (var file in Walk(directory))
                {
                    yield return file;
                }
            }
        }
    }

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        for (var directory = Path.GetDirectoryName(thisFile); directory is not null;
             directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "ShimService.sln")))
            {
                return directory;
            }
        }

        throw new InvalidOperationException($"no ShimService.sln above {thisFile}");
    }
}
