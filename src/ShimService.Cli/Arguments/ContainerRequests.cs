using System.CommandLine;
using System.Security.Cryptography;
using ShimService.Cli.Terminal;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Arguments;

/// <summary>From the options to a CreateRequest. Everything the daemon can judge better is left to it.</summary>
internal static class ContainerRequests
{
    public static CreateRequest From(ContainerOptions options, ParseResult parsed)
    {
        string[] words = parsed.GetValue(options.Command) ?? [];
        string? rootfs = parsed.GetValue(options.Rootfs);
        string? bundle = parsed.GetValue(options.Bundle);
        var request = new CreateRequest
        {
            Id = parsed.GetValue(options.Id) ?? "",
            Group = parsed.GetValue(options.Group) ?? "",
            Engine = parsed.GetValue(options.Naming.Engine) ?? "",
            AutoRemove = parsed.GetValue(options.AutoRemove),
        };
        bool isLayered = parsed.GetValue(options.Isolation.Layers)!.Length > 0;
        switch (rootfs ?? (isLayered ? "" : null), bundle)
        {
            case ({ }, null):
                request.Config = Config(options, parsed, rootfs ?? "", words);
                break;
            case (null, { }):
                RefuseBesideBundle(options, parsed);
                request.Bundle = Path.GetFullPath(bundle);
                request.OpenStdin = parsed.GetValue(options.Interactive);
                request.Id = TakeId(request.Id, words);
                break;
            case ({ }, { }):
                throw new CliException("--rootfs and --bundle exclude each other: a bundle names its own root");
            default:
                throw new CliException("say what to run: --rootfs DIR COMMAND…, or --bundle DIR");
        }

        if (request.Id.Length == 0)
        {
            request.Id = "c" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        }

        return request;
    }

    // A limit or a capability that is typed and not applied would be worse than an error.
    private static void RefuseBesideBundle(ContainerOptions options, ParseResult parsed)
    {
        Option[] allowed =
            [options.Rootfs, options.Bundle, options.Id, options.Terminal, options.Interactive, options.Group,
            options.Naming.Engine, options.AutoRemove];
        Option? typed = options.Symbols.OfType<Option>().Except(allowed)
            .FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
        if (typed is not null)
        {
            throw new CliException($"{typed.Name} goes with --rootfs; for a bundle, change its config.json");
        }
    }

    // With a bundle the program stands in config.json, and the one word is the id, as runc has it.
    private static string TakeId(string id, string[] words) => words switch
    {
        [] => id,
        [string word] when id.Length == 0 => word,
        _ => throw new CliException(
            "with --bundle the program stands in config.json; only the container's id may follow"),
    };

    private static ContainerConfig Config(ContainerOptions options, ParseResult parsed, string rootfs, string[] words)
    {
        var config = new ContainerConfig
        {
            Rootfs = new Rootfs
            {
                Path = rootfs.Length > 0 ? Path.GetFullPath(rootfs) : "",
                Readonly = parsed.GetValue(options.ReadOnly),
            },
            Terminal = parsed.GetValue(options.Terminal),
            OpenStdin = parsed.GetValue(options.Interactive),
            Cwd = parsed.GetValue(options.Cwd) ?? "",
            User = parsed.GetValue(options.User) ?? "",
            Hostname = parsed.GetValue(options.Hostname) ?? "",
            Resources = ResourceRequests.From(options, parsed),
            Security = Security(options, parsed),
            Namespaces = new Namespaces
            {
                Network = options.Network.Namespace(parsed),
                Pid = parsed.GetValue(options.Pid) ?? "",
                Ipc = parsed.GetValue(options.Ipc) ?? "",
            },
        };
        config.Networking = options.Network.Networking(parsed);
        config.Args.Add(words);
        config.Env.Add(parsed.GetValue(options.Env)!.Select(OwnValue));
        config.GroupAdd.Add(parsed.GetValue(options.GroupAdd));
        config.Mounts.Add(parsed.GetValue(options.Mounts)!.Select(MountWords.FromPairs));
        config.Volumes.Add(parsed.GetValue(options.Volumes)!.Select(MountWords.Volume));
        foreach ((string destination, string how) in parsed.GetValue(options.Tmpfs)!.Select(MountWords.Tmpfs))
        {
            config.Tmpfs[destination] = how;
        }

        config.Devices.Add(parsed.GetValue(options.Devices)!.Select(Device));
        PairWords.AddTo(config.Labels, parsed.GetValue(options.Labels)!);
        IsolationRequests.AddTo(config, options.Isolation, parsed);
        NamingRequests.AddTo(config, options.Naming, parsed);
        if (config.Terminal && TerminalSize.Of(0) is { } size)
        {
            config.ConsoleSize = new ConsoleSize { Width = size.Width, Height = size.Height };
        }

        return config;
    }

    private static Security Security(ContainerOptions options, ParseResult parsed)
    {
        var security = new Security();
        security.CapabilitiesAdd.Add(parsed.GetValue(options.CapAdd));
        security.CapabilitiesDrop.Add(parsed.GetValue(options.CapDrop));
        security.Options.Add(parsed.GetValue(options.SecurityOpt)!.Select(SecurityWord));
        return security;
    }

    // Where a profile is relative to, only we know.
    private static string SecurityWord(string word) => word.Split(['=', ':'], 2) switch
    {
        ["seccomp", "unconfined" or "default" or "builtin"] => word,
        ["seccomp", { Length: > 0 } profile] => "seccomp=" + Path.GetFullPath(profile),
        _ => word,
    };

    // "NAME" alone passes our own value on, as Docker does.
    private static string OwnValue(string variable) =>
        variable.Contains('=') || Environment.GetEnvironmentVariable(variable) is not { } value
            ? variable
            : $"{variable}={value}";

    private static Device Device(string text)
    {
        string[] parts = text.Split(':');
        return new Device
        {
            Path = parts[0],
            ContainerPath = parts.Length > 1 ? parts[1] : "",
            Access = parts.Length > 2 ? parts[2] : "",
        };
    }
}
