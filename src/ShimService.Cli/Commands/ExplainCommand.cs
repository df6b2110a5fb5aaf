using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Commands;

/// <summary>explain: what a create would do, step by step, with the clause of the spec that asks for it.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var container = new ContainerOptions();
        var spec = new Option<bool>("--spec") { Description = "print the OCI spec instead of the steps" };
        var calls = new Option<bool>("--calls") { Description = "print each step's system call too" };
        return Verb.Create(
            "explain",
            "show the steps of a launch without doing them",
            [.. container.Symbols, spec, calls],
            async (session, parsed, cancel) =>
            {
                ExplainResponse answer = await session.Daemon.TaskAsync(
                    "Explain", Request(container, parsed), ExplainResponse.Parser, cancel);
                if (parsed.GetValue(spec))
                {
                    session.Output.Line(answer.SpecJson);
                }
                else if (session.Output.Json)
                {
                    session.Output.Message(answer);
                }
                else
                {
                    bool withCalls = parsed.GetValue(calls);
                    string[] columns = ["#", "STEP", "ASKED FOR BY"];
                    Tables.Write(withCalls ? [.. columns, "CALL"] : columns, answer.Steps.Select(step =>
                    {
                        string[] cells = [Words.Number(step.Number), step.Name, step.Clause];
                        return withCalls ? (string[])[.. cells, step.Call] : cells;
                    }));
                }

                return 0;
            });
    }

    // With neither a bundle nor a root filesystem, the one word names a container that exists.
    private static ExplainRequest Request(ContainerOptions container, ParseResult parsed)
    {
        if (parsed.GetValue(container.Rootfs) is null && parsed.GetValue(container.Bundle) is null
            && parsed.GetValue(container.Isolation.Layers) is [] && parsed.GetValue(container.Command) is [string id])
        {
            return new ExplainRequest { Id = id };
        }

        CreateRequest create = ContainerRequests.From(container, parsed);
        return new ExplainRequest { Bundle = create.Bundle, Config = create.Config };
    }
}
