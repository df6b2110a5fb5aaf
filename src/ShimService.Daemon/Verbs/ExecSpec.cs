using Google.Protobuf.Collections;
using ShimService.Contracts.V1;
using ShimService.Daemon.Verbs.Creation;
using ShimService.Oci;
using ShimService.Oci.Build;
using ShimService.Oci.Model;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs;

/// <summary>The OCI process of an exec: the container's own, changed where the request says so. Pure.</summary>
internal static class ExecSpec
{
    /// <summary>Errors: RpcException InvalidArgument with the field.</summary>
    public static ProcessSpec Build(ProcessSpec container, ExecRequest request, IImageFiles image)
    {
        if (request.Args.Count == 0)
        {
            throw RpcException.InvalidArgument("args", "args needs at least one entry, the program");
        }

        if (request.Cwd.Length > 0 && request.Cwd[0] != '/')
        {
            throw RpcException.InvalidArgument("cwd", $"cwd {request.Cwd} is not an absolute path");
        }

        return container with
        {
            Args = request.Args,
            Env = MergeEnvironment(container.Env, request.Env),
            Cwd = request.Cwd.Length > 0 ? request.Cwd : container.Cwd,
            User = request.User.Length > 0 ? FindUser(container.User, request.User, image) : container.User,
            Terminal = request.Terminal,
            ConsoleSize = request.Terminal ? ConfigMapping.Map(request.ConsoleSize) : null,
        };
    }

    private static List<string> MergeEnvironment(IReadOnlyList<string> container, RepeatedField<string> added)
    {
        var merged = new List<string>(container);
        for (var index = 0; index < added.Count; index++)
        {
            var equals = added[index].IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw RpcException.InvalidArgument($"env[{index}]", $"env[{index}] is not NAME=value");
            }

            var name = added[index][..(equals + 1)];
            merged.RemoveAll(known => known.StartsWith(name, StringComparison.Ordinal));
            merged.Add(added[index]);
        }

        return merged;
    }

    // The groups of the container's user do not go along.
    private static UserSpec FindUser(UserSpec container, string user, IImageFiles image)
    {
        try
        {
            return UserSection.Find(user, "user", image) with { Umask = container.Umask };
        }
        catch (SpecException error)
        {
            throw RpcException.InvalidArgument("user", error.Message);
        }
    }
}
