using ShimService.Tasks.Values;

namespace ShimService.Daemon.Configuration;

/// <summary>shimd's command line: flags with a value as the next argument or after '='.</summary>
internal static class CommandLine
{
    public const string Help = """
        shimd: runs Linux containers for whoever asks over gRPC.

          --socket PATH   unix socket to serve (default: shimd.sock in the state directory)
          --state DIR     run-time state, on a tmpfs (default /run/shimservice)
          --root DIR      what outlives a reboot: events (default /var/lib/shimservice)
          --shim PATH     containerd-shim-shimservice-v2 (default: beside shimd, then PATH)
          --engine oci:PATH       also offer the OCI runtime at PATH (such as runc) to tasks that name it; repeatable
          --events-kept N         how many events are kept for replay (default 100000)
          --events-kept-for HOURS how long events are kept (default 168)
          --version       print the version
          --help          print this

        Containers run on when shimd stops; the next shimd finds them by the same --state.
        """;

    public static CommandLineResult Parse(IReadOnlyList<string> arguments)
    {
        var options = new DaemonOptions();
        for (var index = 0; index < arguments.Count; index++)
        {
            var (name, value) = Split(arguments[index]);
            if (name is "--help" or "-h")
            {
                return new CommandLineResult.Print(Help);
            }

            if (name is "--version" or "-v")
            {
                return new CommandLineResult.Print($"shimd {DaemonVersion.Text}");
            }

            if (value is null && ++index < arguments.Count)
            {
                value = arguments[index];
            }

            if (string.IsNullOrEmpty(value))
            {
                return new CommandLineResult.Refuse($"{name}: a value is missing, or the flag is unknown; see --help");
            }

            switch (name)
            {
                case "--socket":
                    options = options with { Socket = Path.GetFullPath(value) };
                    break;
                case "--state":
                    options = options with { State = Path.GetFullPath(value) };
                    break;
                case "--root":
                    options = options with { Root = Path.GetFullPath(value) };
                    break;
                case "--shim":
                    options = options with { Shim = Path.GetFullPath(value) };
                    break;
                case "--engine" when EngineName.TryParse(value, out var engine) && engine.Runtime is not null:
                    options = options with { Engines = [.. options.Engines.Where(other => other != engine), engine] };
                    break;
                case "--engine":
                    return new CommandLineResult.Refuse(
                        $"--engine {value}: write oci: and the absolute path of a runtime, as oci:/usr/sbin/runc");
                case "--events-kept" when int.TryParse(value, out var kept) && kept > 0:
                    options = options with { EventsKept = kept };
                    break;
                case "--events-kept-for" when int.TryParse(value, out var hours) && hours > 0:
                    options = options with { EventsKeptFor = TimeSpan.FromHours(hours) };
                    break;
                default:
                    return new CommandLineResult.Refuse($"{arguments[index]}: unknown flag or bad value; see --help");
            }
        }

        return new CommandLineResult.Serve(options);
    }

    private static (string Name, string? Value) Split(string argument)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
    }
}
