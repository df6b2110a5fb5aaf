using System.CommandLine;
using ShimService.Cli.Arguments;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>spec: a config.json to start from.</summary>
internal static class SpecVerb
{
    public static Command Create()
    {
        Option<string?> bundle = ContainerOptions.Text("--bundle", "DIR", "where to write it; default: here", "-b");
        return DirectVerb.Create("spec", "write a config.json to start from", [bundle], (session, parsed, _) =>
        {
            string file = Path.Combine(parsed.GetValue(bundle) ?? ".", "config.json");
            try
            {
                using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
                stream.Write(DefaultConfig.Json);
            }
            catch (IOException) when (File.Exists(file))
            {
                throw new CliException($"file {file} exists: remove it first", ExitStatus.RuncStyle);
            }

            session.Log.Debug($"wrote {file}");
            return Task.FromResult(0);
        });
    }
}
