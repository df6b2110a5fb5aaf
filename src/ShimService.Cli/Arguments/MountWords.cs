using ShimService.Contracts.V1;

namespace ShimService.Cli.Arguments;

/// <summary>Mounts as Docker's client spells them. Pure.</summary>
internal static class MountWords
{
    /// <summary>
    /// -v [SOURCE:]DESTINATION[:MODE]: the daemon knows the grammar; here a relative source becomes an absolute one, as
    /// only we know where it is relative to.
    /// </summary>
    public static string Volume(string text) => text.StartsWith('.')
        ? Path.GetFullPath(text.Split(':')[0]) + text[text.Split(':')[0].Length..]
        : text;

    /// <summary>
    /// --mount type=bind,source=S,destination=D[,readonly][,options=A:B]; the names Docker takes. Without a type a
    /// source that is a path is bound and any other is a volume, as Docker has it.
    /// </summary>
    public static Mount FromPairs(string text)
    {
        var mount = new Mount();
        foreach (string pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = pair.Split('=', 2);
            string value = sides.Length == 2 ? sides[1] : "";
            switch (sides[0])
            {
                case "type":
                    mount.Type = value;
                    break;
                case "source" or "src":
                    mount.Source = value;
                    break;
                case "destination" or "dst" or "target":
                    mount.Destination = value;
                    break;
                case "readonly" or "ro":
                    mount.Options.Add("ro");
                    break;
                case "options":
                    mount.Options.Add(value.Split(':', StringSplitOptions.RemoveEmptyEntries));
                    break;
                case "tmpfs-size":
                    mount.Options.Add("size=" + value);
                    break;
                case "tmpfs-mode":
                    mount.Options.Add("mode=" + value);
                    break;
                case "bind-propagation":
                    mount.Options.Add(value);
                    break;
                case "bind-recursive":
                    Recursive(mount, value, text);
                    break;
                case "volume-nocopy":
                    mount.NoCopy = value is "" or "true" or "1";
                    break;
                case "volume-subpath":
                    mount.Subpath = value;
                    break;
                case "bind-create-src":
                    mount.CreateSource = value is "" or "true" or "1";
                    break;
                default:
                    throw new CliException(
                        $"--mount {text}: unknown word {sides[0]}; there are type source destination readonly options "
                        + "tmpfs-size tmpfs-mode bind-propagation bind-recursive bind-create-src volume-nocopy "
                        + "volume-subpath");
            }
        }

        if (!mount.Destination.StartsWith('/'))
        {
            throw new CliException($"--mount {text}: destination must be absolute");
        }

        if (mount.Type.Length == 0)
        {
            mount.Type = mount.Source.StartsWith('/') || mount.Source.StartsWith('.') ? "bind" : "volume";
        }

        if (mount.Type == "bind")
        {
            if (mount.Source.Length == 0)
            {
                throw new CliException($"--mount {text}: a bind mount needs source=PATH; type=volume is one without");
            }

            mount.Source = Path.GetFullPath(mount.Source);
            if (!mount.Options.Contains("bind"))
            {
                mount.Options.Insert(0, "rbind");
            }
        }

        return mount;
    }

    private static void Recursive(Mount mount, string value, string text)
    {
        switch (value)
        {
            case "enabled":
                break;
            case "disabled":
                mount.Options.Insert(0, "bind");
                break;
            case "writable":
                mount.ReadOnlyRecursive = "no";
                break;
            case "readonly":
                mount.ReadOnlyRecursive = "force";
                break;
            default:
                throw new CliException(
                    $"--mount {text}: bind-recursive is enabled, disabled, writable or readonly");
        }
    }

    /// <summary>--tmpfs DESTINATION[:OPTION,…]</summary>
    public static (string Destination, string Options) Tmpfs(string text)
    {
        string[] parts = text.Split(':', 2);
        return (parts[0], parts.Length == 2 ? parts[1] : "");
    }
}
