using System.CommandLine;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>exec: one more process in a running container.</summary>
internal static class ExecVerb
{
    public static Command Create()
    {
        var options = new DirectExecOptions();
        return DirectVerb.Create(
            "exec", "run a program in a running container", options.Symbols, (session, parsed, cancel) =>
                DirectExec.RunAsync(session, options.Read(parsed), cancel));
    }
}
