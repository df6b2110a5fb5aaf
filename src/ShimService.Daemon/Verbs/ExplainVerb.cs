using System.Security.Cryptography;
using System.Text;
using ShimService.Contracts.V1;
using ShimService.Daemon.Files;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Shims;
using ShimService.Daemon.Verbs.Creation;
using ShimService.Daemon.Verbs.Explaining;
using ShimService.Oci.Build;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs;

/// <summary>
/// TaskService.Explain: what a Create of a task, bundle or config would do. Makes nothing that stays.
/// </summary>
internal sealed class ExplainVerb(
    TaskRegistry registry, ShimPool pool, TaskSources sources, IBuildHost host,
    StateLayout layout)
{
    private const int NameBytes = 6;

    private const string Windows = "windows";

    public async Task<ExplainResponse> RunAsync(ExplainRequest request, RpcContext context)
    {
        if (request.Platform == Windows && request.Config is { } config)
        {
            return WindowsExplanation.Of(request.Id, config, request.Windows, layout.CredentialSpecs);
        }

        EngineNames.RequireLinux(request.Platform);
        if (request.Plugin is { } plugin)
        {
            return await ExplainSpecAsync(NewBundle(), PluginExplanation.Of(plugin, host), context);
        }

        if (request is { Bundle: "", Config: null })
        {
            var entry = registry.Require(request.Id);
            return await ExplainAsync(
                BundleSource.Read(entry.Record?.Bundle ?? entry.Directory, openStdin: false), context);
        }

        if (request.Config is null || request.Bundle.Length > 0)
        {
            var create = new CreateRequest { Id = request.Id, Bundle = request.Bundle, Config = request.Config };
            return await ExplainAsync(await sources.ReadAsync(create), context);
        }

        var named = new CreateRequest { Id = request.Id.Length > 0 ? request.Id : "explain", Config = request.Config };
        var (resolved, wanted) = Networking.Resolve(named);
        var bundle = NewBundle();
        return await ExplainSpecAsync(
            bundle, await sources.ExplainAsync(named.Id, bundle, resolved.Config, wanted), context);
    }

    private string NewBundle() =>
        layout.ExplainDirectory(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes)));

    private async Task<ExplainResponse> ExplainSpecAsync(string bundle, TaskSource source, RpcContext context)
    {
        StateLayout.MakePrivate(bundle);
        try
        {
            StateLayout.MakePrivate(Path.Combine(bundle, "rootfs"));
            await File.WriteAllBytesAsync(Path.Combine(bundle, "config.json"), source.SpecJson, context.Cancellation);
            return await ExplainAsync(source with { Bundle = bundle }, context);
        }
        finally
        {
            DirectoryTree.Remove(bundle);
        }
    }

    private async Task<ExplainResponse> ExplainAsync(TaskSource source, RpcContext context)
    {
        var shim = await pool.AcquireAsync(GroupKey.Default);
        try
        {
            var answer = await shim.AskAsync("Explain", new ShimContracts.ExplainRequest { Bundle = source.Bundle },
                ShimContracts.ExplainResponse.Parser, context.Cancellation);
            var response = new ExplainResponse { SpecJson = Encoding.UTF8.GetString(source.SpecJson.Span) };
            response.Steps.AddRange(answer.Steps);
            response.Warnings.AddRange(source.Warnings);
            return response;
        }
        finally
        {
            pool.Release(shim);
        }
    }
}
