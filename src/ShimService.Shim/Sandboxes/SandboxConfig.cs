using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Tasks.Errors;

namespace ShimService.Shim.Sandboxes;

/// <summary>
/// What of CRI's PodSandboxConfig concerns a shim: name, namespaces, kernel settings. Read by hand: of thirty messages
/// five fields matter. Source of field numbers: k8s.io/cri-api runtime/v1.
/// </summary>
internal sealed record SandboxConfig
{
    private const string TypeName = "runtime.v1.PodSandboxConfig";
    private const int Node = 2;

    public string Hostname { get; private init; } = "";

    /// <summary>The host's, instead of one of the sandbox's own.</summary>
    public bool IsHostIpc { get; private init; }

    public bool IsHostNetwork { get; private init; }

    public IReadOnlyList<KeyValuePair<string, string>> Sysctls { get; private init; } = [];

    /// <summary>Null = defaults. Errors: InvalidArgument; Unimplemented for a shared pid or user namespace.</summary>
    public static SandboxConfig Read(Any? options)
    {
        if (options is null || options.TypeUrl.Length == 0)
        {
            return new SandboxConfig();
        }

        if (options.TypeUrl[(options.TypeUrl.LastIndexOf('/') + 1)..] != TypeName)
        {
            throw Refusal(
                ErrorKind.InvalidArgument, $"options of type \"{options.TypeUrl}\" are unknown: use {TypeName}");
        }

        try
        {
            return Parse(options.Value);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw Refusal(ErrorKind.InvalidArgument, $"options do not parse: {failure.Message}");
        }
    }

    private static SandboxConfig Parse(ByteString message)
    {
        const int hostname = 2;
        const int linux = 8;
        var config = new SandboxConfig();
        foreach (var (field, value) in Fields(message))
        {
            config = field switch
            {
                hostname => config with { Hostname = value.ToStringUtf8() },
                linux => ParseLinux(config, value),
                _ => config,
            };
        }

        return config;
    }

    private static SandboxConfig ParseLinux(SandboxConfig config, ByteString message)
    {
        const int securityContext = 2;
        const int sysctls = 3;
        const int namespaceOptions = 1;
        var settings = new List<KeyValuePair<string, string>>();
        foreach (var (field, value) in Fields(message))
        {
            if (field == sysctls)
            {
                settings.Add(Entry(value));
            }
            else if (field == securityContext)
            {
                foreach (var (inner, namespaces) in Fields(value))
                {
                    config = inner == namespaceOptions ? ParseNamespaces(config, namespaces) : config;
                }
            }
        }

        foreach (var (name, _) in settings)
        {
            CheckSysctl(config, name);
        }

        return config with { Sysctls = settings };
    }

    private static SandboxConfig ParseNamespaces(SandboxConfig config, ByteString message)
    {
        const int userOptions = 5;
        var modes = new ulong[4];
        var input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint)
            {
                var mode = input.ReadUInt64();
                modes[field < modes.Length ? field : 0] = mode;
            }
            else if (field == userOptions)
            {
                CheckUsers(input.ReadBytes());
            }
            else
            {
                input.SkipLastField();
            }
        }

        // The words of the message are network, pid and ipc; 0 is a namespace of the pod.
        return modes[2] != 0
            ? config with { IsHostNetwork = modes[1] == Node, IsHostIpc = modes[3] == Node }
            : throw Refusal(
                ErrorKind.Unimplemented,
                "a pid namespace that all containers of a sandbox share is not there in this version: it needs a process "
                + "of its own; use sandboxer = \"podsandbox\" for such pods");
    }

    private static void CheckUsers(ByteString message)
    {
        const int uids = 2;
        foreach (var (field, _) in Fields(message))
        {
            if (field == uids)
            {
                throw Refusal(
                    ErrorKind.Unimplemented,
                    "a user namespace of a sandbox is not there in this version; use sandboxer = \"podsandbox\"");
            }
        }
    }

    /// <summary>What belongs to the host may not be changed from a sandbox.</summary>
    private static void CheckSysctl(SandboxConfig config, string name)
    {
        var isOurs = name switch
        {
            "kernel.shmall" or "kernel.shmmax" or "kernel.shmmni" or "kernel.shm_rmid_forced" or "kernel.sem"
                or "kernel.msgmax" or "kernel.msgmnb" or "kernel.msgmni" => !config.IsHostIpc,
            _ when name.StartsWith("fs.mqueue.", StringComparison.Ordinal) => !config.IsHostIpc,
            _ when name.StartsWith("net.", StringComparison.Ordinal) => !config.IsHostNetwork,
            _ => false,
        };
        if (!isOurs || name.Contains('/', StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal))
        {
            throw Refusal(
                ErrorKind.InvalidArgument,
                $"the sysctl \"{name}\" is not of a namespace of this sandbox's own");
        }
    }

    private static KeyValuePair<string, string> Entry(ByteString message)
    {
        var (key, text) = ("", "");
        foreach (var (field, value) in Fields(message))
        {
            (key, text) = field == 1 ? (value.ToStringUtf8(), text) : (key, value.ToStringUtf8());
        }

        return new(key, text);
    }

    private static IEnumerable<(int Field, ByteString Value)> Fields(ByteString message)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                yield return (WireFormat.GetTagFieldNumber(tag), input.ReadBytes());
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    private static TaskException Refusal(ErrorKind kind, string message) => new(
        kind,
        kind == ErrorKind.Unimplemented ? ErrorReason.UnsupportedField : ErrorReason.InvalidArgument,
        message)
    {
        Field = "options",
    };
}
