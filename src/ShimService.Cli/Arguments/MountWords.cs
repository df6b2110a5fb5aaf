using ShimService.Contracts.V1;

namespace ShimService.Cli.Arguments;

/// <summary>Mounts as Docker's client spells them. Pure.</summary>
internal static class MountWords
{
    /// <summary>-v SOURCE:DESTINATION[:OPTION,…]; ro, rw, z and Z as Docker knows them, others as mount(8) does.</summary>
    public static Mount FromVolume(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length is < 2 or > 3 || parts[0].Length == 0 || !parts[1].StartsWith('/'))
        {
            throw new CliException($"-v {text}: write SOURCE:DESTINATION or SOURCE:DESTINATION:ro, DESTINATION absolute");
        }

        var mount = new Mount { Type = "bind", Source = Path.GetFullPath(parts[0]), Destination = parts[1] };
        mount.Options.Add("rbind");
        if (parts.Length == 3)
        {
            mount.Options.Add(parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries));
        }

        return mount;
    }

    /// <summary>--mount type=bind,source=S,destination=D[,readonly][,options=A:B]; the names Docker takes.</summary>
    public static Mount FromPairs(string text)
    {
        var mount = new Mount { Type = "bind" };
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
                default:
                    throw new CliException(
                        $"--mount {text}: unknown word {sides[0]}; there are type source destination readonly options "
                        + "tmpfs-size tmpfs-mode");
            }
        }

        if (!mount.Destination.StartsWith('/'))
        {
            throw new CliException($"--mount {text}: destination must be absolute");
        }

        if (mount.Type == "bind")
        {
            mount.Source = Path.GetFullPath(mount.Source);
            mount.Options.Insert(0, "rbind");
        }

        return mount;
    }

    /// <summary>--tmpfs DESTINATION[:OPTION,…]</summary>
    public static Mount FromTmpfs(string text)
    {
        string[] parts = text.Split(':', 2);
        var mount = new Mount { Type = "tmpfs", Source = "tmpfs", Destination = parts[0] };
        mount.Options.Add(["nosuid", "nodev", "noexec"]);
        if (parts.Length == 2)
        {
            mount.Options.Add(parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries));
        }

        return mount;
    }
}
