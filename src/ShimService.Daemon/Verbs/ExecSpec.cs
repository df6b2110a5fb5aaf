using System.Globalization;
using Google.Protobuf.Collections;
using ShimService.Contracts.V1;
using ShimService.Daemon.Verbs.Creation;
using ShimService.Oci.Model;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs;

/// <summary>The OCI process of an exec: the container's own, changed where the request says so. Pure.</summary>
internal static class ExecSpec
{
    /// <summary>Errors: RpcException InvalidArgument with the field.</summary>
    public static ProcessSpec Build(ProcessSpec container, ExecRequest request)
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
            User = request.User.Length > 0 ? ParseUser(container.User, request.User) : container.User,
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

    // Strict: a misread user is a wrong identity. The groups of the container's user do not go along.
    private static UserSpec ParseUser(UserSpec container, string user)
    {
        var colon = user.IndexOf(':', StringComparison.Ordinal);
        return new UserSpec
        {
            Uid = Number(colon < 0 ? user : user[..colon], user),
            Gid = colon < 0 ? 0 : Number(user[(colon + 1)..], user),
            Umask = container.Umask,
        };
    }

    private static uint Number(string text, string user) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != uint.MaxValue
            ? number
            : throw RpcException.InvalidArgument("user",
                $"user \"{user}\" must be numeric, \"uid\" or \"uid:gid\": names are not supported yet");
}
