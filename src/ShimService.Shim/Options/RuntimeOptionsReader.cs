using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Runctypes;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Values;
using CriOptions = ShimService.Contracts.Containerd.RuntimeOptions.V1.Options;
using OwnOptions = ShimService.Contracts.Shim.V1.CreateOptions;
using RuncOptions = ShimService.Contracts.Containerd.Runc.V1.Options;

namespace ShimService.Shim.Options;

/// <summary>
/// Runtime options by the type name of the Any they came in, which decides alone: the same bytes parse as either.
/// Source: containerd docs/runtime-v2.md; CRI sends runtimeoptions.v1 to every runtime but runc's own.
/// </summary>
internal static class RuntimeOptionsReader
{
    private const string Own = "shimservice.shim.v1.CreateOptions";
    private const string Runc = "containerd.runc.v1.Options";
    private const string RuncOf17 = "containerd.linux.runc.CreateOptions";
    private const string Cri = "runtimeoptions.v1.Options";
    private const string CriOf16 = "cri.runtimeoptions.v1.Options";
    private const long LargestConfig = 1 << 20;

    /// <summary>Null, or empty without a type: defaults. Errors: InvalidArgument with the field.</summary>
    public static RuntimeOptions Read(Any? value)
    {
        if (value is null || (value.TypeUrl.Length == 0 && value.Value.IsEmpty))
        {
            return RuntimeOptions.None;
        }

        try
        {
            return Name(value.TypeUrl) switch
            {
                Own => FromOwn(OwnOptions.Parser.ParseFrom(value.Value)),
                Runc => FromRunc(RuncOptions.Parser.ParseFrom(value.Value)),
                RuncOf17 => FromCreate(CreateOptions.Parser.ParseFrom(value.Value)),
                Cri or CriOf16 => FromCri(CriOptions.Parser.ParseFrom(value.Value)),
                _ => throw Invalid($"options of type \"{value.TypeUrl}\" are unknown: use {Runc} or {Cri}"),
            };
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw Invalid($"options of type \"{value.TypeUrl}\" do not parse: {failure.Message}");
        }
    }

    /// <summary>Those of the extensions that are options; a kind we do not know is somebody else's.</summary>
    public static RuntimeOptions ReadAny(IReadOnlyList<Any> extensions)
    {
        foreach (var extension in extensions)
        {
            if (Name(extension.TypeUrl) is Runc or RuncOf17 or Cri or CriOf16)
            {
                return Read(extension);
            }
        }

        return RuntimeOptions.None;
    }

    public static TaskException Invalid(string message) =>
        new(ErrorKind.InvalidArgument, ErrorReason.InvalidArgument, message) { Field = "options" };

    private static string Name(string typeUrl) => typeUrl[(typeUrl.LastIndexOf('/') + 1)..];

    private static RuntimeOptions FromOwn(OwnOptions options) => new() { Engine = Engine(options.Engine) };

    /// <summary>Errors: InvalidArgument.</summary>
    private static EngineName Engine(string text) => EngineName.TryParse(text, out var name)
        ? name
        : throw new TaskException(ErrorKind.InvalidArgument, ErrorReason.InvalidArgument,
            $"engine: \"{text}\" is neither native nor oci:/path/to/runtime")
        {
            Field = "engine",
        };

    // root and the CRIU paths are where runc keeps what this shim has elsewhere or does not do; the task API's address
    // is for runc's shim.
    private static RuntimeOptions FromRunc(RuncOptions options) => new()
    {
        ShimCgroup = options.ShimCgroup,
        NoPivotRoot = options.NoPivotRoot,
        NoNewKeyring = options.NoNewKeyring,
        IoUid = options.IoUid,
        IoGid = options.IoGid,
        SystemdCgroup = options.SystemdCgroup,
        BinaryName = options.BinaryName,
    };

    private static RuntimeOptions FromCreate(CreateOptions options) => new()
    {
        ShimCgroup = options.ShimCgroup,
        NoPivotRoot = options.NoPivotRoot,
        NoNewKeyring = options.NoNewKeyring,
        IoUid = options.IoUid,
        IoGid = options.IoGid,
    };

    private static RuntimeOptions FromCri(CriOptions options)
    {
        if (options.ConfigPath.Length == 0)
        {
            return OptionsTable.Read(options.ConfigBody.ToStringUtf8(), "config_body");
        }

        try
        {
            var file = new FileInfo(options.ConfigPath);
            return file.Exists && file.Length > LargestConfig
                ? throw Invalid($"{options.ConfigPath} is larger than {LargestConfig >> 20} MiB")
                : OptionsTable.Read(File.ReadAllText(options.ConfigPath), options.ConfigPath);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Invalid($"options cannot be read from {options.ConfigPath}: {failure.Message}");
        }
    }
}
