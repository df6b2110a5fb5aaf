using System.CommandLine;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>info: the host as shimd sees it, and what it lacks.</summary>
internal static class InfoCommand
{
    public static Command Create() =>
        Verb.Create("info", "describe the host and its shims", [], async (session, _, cancel) =>
        {
            InfoResponse info =
                await session.Daemon.SystemAsync("Info", new InfoRequest(), InfoResponse.Parser, cancel);
            if (session.Output.Json)
            {
                session.Output.Message(info);
                return 0;
            }

            Tables.WritePairs(Pairs(info));
            if (info.Shims.Count > 0)
            {
                session.Output.Line("");
                Tables.Write(["SHIM", "GROUP", "TASKS", "MEMORY"], info.Shims.Select(shim => new[]
                {
                    Words.Number(shim.Pid), shim.Group, Words.Number(shim.Tasks), Words.Bytes(shim.ResidentBytes),
                }));
            }

            foreach (string warning in info.Warnings)
            {
                session.Output.Line("warning: " + warning);
            }

            return 0;
        });

    private static IEnumerable<(string Name, string Value)> Pairs(InfoResponse info)
    {
        yield return ("kernel", $"{info.Kernel} ({info.Architecture})");
        yield return ("cgroups", $"{info.CgroupLayout}: {string.Join(' ', info.CgroupControllers)}");
        yield return ("cpus", Words.Number(info.Cpus));
        yield return ("memory", Words.Bytes(info.MemoryBytes));
        yield return ("tasks", Words.Number(info.Tasks));
        yield return ("root", info.Root);
        yield return ("state", info.State);
        yield return ("has", string.Join(' ', info.Features.Where(pair => pair.Value).Select(pair => pair.Key)));
        yield return ("lacks", string.Join(' ', info.Features.Where(pair => !pair.Value).Select(pair => pair.Key)));
    }
}
