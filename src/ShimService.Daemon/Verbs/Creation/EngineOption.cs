using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Rpc;
using ShimService.Tasks.Values;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>How a shim is told of the engine: in the options of its Create, by a type only shimd sends.</summary>
internal static class EngineOption
{
    private const string TypeName = "shimservice.shim.v1.CreateOptions";

    /// <summary>Null for the engine that is the shim's own.</summary>
    public static Any? Of(EngineName engine) => engine.Runtime is null ? null : new Any
    {
        TypeUrl = TypeName,
        Value = new ShimContracts.CreateOptions { Engine = engine.ToString() }.ToByteString(),
    };

    /// <summary>Of a request that is passed on. Errors: InvalidArgument when it holds what only shimd sends.</summary>
    public static void Refuse(Any? options)
    {
        if (options is not null && options.TypeUrl.EndsWith(TypeName, StringComparison.Ordinal))
        {
            throw RpcException.InvalidArgument(
                "options", $"options of type {TypeName} are shimd's own; TaskService/Create has a field engine");
        }
    }
}
