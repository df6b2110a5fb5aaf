using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Contracts.Containerd.Runc.V1;

namespace ShimService.Cli.Direct;

/// <summary>What create and run both take, by runc's names.</summary>
internal sealed class LaunchOptions
{
    public Argument<string> Id { get; } = DirectVerb.Id();

    public Option<string> Bundle { get; } = new("--bundle", "-b")
    {
        Description = "directory of config.json; default: here", HelpName = "DIR", DefaultValueFactory = _ => ".",
    };

    public Option<string?> ConsoleSocket { get; } =
        ContainerOptions.Text("--console-socket", "PATH", "send the terminal's master there");

    public Option<string?> PidFile { get; } =
        ContainerOptions.Text("--pid-file", "FILE", "write the init process's pid there");

    public Option<bool> NoPivot { get; } =
        new("--no-pivot") { Description = "move the root over / instead of pivoting to it" };

    public Option<bool> NoNewKeyring { get; } = new("--no-new-keyring") { Description = "keep our session keyring" };

    public Option<string?> PidfdSocket { get; } =
        ContainerOptions.Text("--pidfd-socket", "PATH", "send a pidfd of the init process there");

    public Option<int> PreserveFds { get; } = DirectStdio.PreserveFds();

    public Symbol[] Symbols => [Id, Bundle, ConsoleSocket, PidFile, PidfdSocket, NoPivot, NoNewKeyring, PreserveFds];

    public LaunchRequest Read(ParseResult parsed, DirectSession session, LaunchMode mode)
    {
        string bundle = Path.GetFullPath(parsed.GetValue(Bundle)!);
        byte[] config = BundleFile.Read(bundle);
        return new LaunchRequest
        {
            Id = parsed.GetValue(Id)!,
            Bundle = bundle,
            Config = config,
            Terminal = BundleFile.WantsTerminal(config, bundle),
            Mode = mode,
            ConsoleSocket = parsed.GetValue(ConsoleSocket),
            PidFile = parsed.GetValue(PidFile),
            PreserveFds = parsed.GetValue(PreserveFds),
            PidfdSocket = parsed.GetValue(PidfdSocket),
            Options = new Options
            {
                NoPivotRoot = parsed.GetValue(NoPivot),
                NoNewKeyring = parsed.GetValue(NoNewKeyring),
                SystemdCgroup = session.SystemdCgroup,
            },
        };
    }
}
