using System.Runtime.InteropServices;
using ShimService.Contracts.V1;
using ShimService.Daemon.Configuration;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Node;

/// <summary>SystemService.Version.</summary>
internal static class VersionVerb
{
    public static Task<VersionResponse> RunAsync(VersionRequest request, RpcContext context) =>
        Task.FromResult(new VersionResponse
        {
            Version = DaemonVersion.Text,
            Runtime = RuntimeInformation.FrameworkDescription,
            OciSpec = DaemonVersion.OciSpec,
        });
}
