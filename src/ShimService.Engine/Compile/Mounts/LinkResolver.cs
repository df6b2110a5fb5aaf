using ShimService.Linux.Errors;

namespace ShimService.Engine.Compile.Mounts;

/// <summary>Follows symbolic links as the kernel does for a process whose root this is. Pure.</summary>
internal static class LinkResolver
{
    /// <summary>The kernel's own bound (MAXSYMLINKS).</summary>
    private const int Most = 40;

    /// <summary>A path without links, "." and ".."; what is missing is taken as it is written. Errors: ELOOP.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="readLink">What the link at a path without links holds; null for anything else.</param>
    internal static string Resolve(string path, Func<string, string?> readLink)
    {
        var pending = new Stack<string>();
        Push(pending, path);
        var resolved = "";
        var links = 0;
        while (pending.TryPop(out var name))
        {
            if (name == "..")
            {
                resolved = resolved[..Math.Max(resolved.LastIndexOf('/'), 0)];
            }
            else if (readLink($"{resolved}/{name}") is not { } target)
            {
                resolved = $"{resolved}/{name}";
            }
            else if (++links > Most)
            {
                throw new KernelException("openat2", Errno.ELOOP, path, "its symbolic links lead in a circle");
            }
            else
            {
                resolved = target.StartsWith('/') ? "" : resolved;
                Push(pending, target);
            }
        }

        return resolved.Length == 0 ? "/" : resolved;
    }

    private static void Push(Stack<string> pending, string path)
    {
        var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = names.Length - 1; i >= 0; i--)
        {
            if (names[i] != ".")
            {
                pending.Push(names[i]);
            }
        }
    }
}
