using Google.Protobuf;
using Google.Protobuf.Reflection;
using ShimService.Rpc;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace ShimService.Daemon.Grpc.Reflection;

/// <summary>The files behind the served services, with everything they import, by file name and by symbol.</summary>
internal sealed class ReflectionCatalogue
{
    private readonly Dictionary<string, FileDescriptor> _files = [];
    private readonly Dictionary<string, FileDescriptor> _symbols = [];
    private readonly HashSet<string> _messages = [];

    public ReflectionCatalogue(IReadOnlyList<string> services, IReadOnlyList<FileDescriptor> files)
    {
        Services = services;
        foreach (FileDescriptor file in files)
        {
            Add(file);
        }
    }

    /// <summary>Full names of what is served.</summary>
    public IReadOnlyList<string> Services { get; }

    /// <summary>The file and all it imports, itself first. Errors: RpcException(NotFound).</summary>
    public IReadOnlyList<ByteString> ByName(string name) => _files.TryGetValue(name, out FileDescriptor? file)
        ? WithImports(file)
        : throw RpcException.NotFound("UNKNOWN_FILE", $"unknown file {name}");

    /// <summary>
    /// The file that declares a service, method, message, field, enum or enum value, with all it imports.
    /// </summary>
    public IReadOnlyList<ByteString> BySymbol(string symbol) =>
        _symbols.TryGetValue(symbol.TrimStart('.'), out FileDescriptor? file)
            ? WithImports(file)
            : throw RpcException.NotFound("UNKNOWN_SYMBOL", $"unknown symbol {symbol}");

    public bool IsMessage(string name) => _messages.Contains(name.TrimStart('.'));

    private static List<ByteString> WithImports(FileDescriptor file)
    {
        var seen = new HashSet<string>();
        var bytes = new List<ByteString>();
        Visit(file);
        return bytes;

        void Visit(FileDescriptor one)
        {
            if (seen.Add(one.Name))
            {
                bytes.Add(one.SerializedData);
                foreach (FileDescriptor import in one.Dependencies)
                {
                    Visit(import);
                }
            }
        }
    }

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (FileDescriptor import in file.Dependencies)
        {
            Add(import);
        }

        foreach (ServiceDescriptor service in file.Services)
        {
            _symbols[service.FullName] = file;
            foreach (MethodDescriptor method in service.Methods)
            {
                _symbols[method.FullName] = file;
            }
        }

        foreach (EnumDescriptor type in file.EnumTypes)
        {
            Add(file, type);
        }

        foreach (MessageDescriptor message in file.MessageTypes)
        {
            Add(file, message);
        }
    }

    private void Add(FileDescriptor file, MessageDescriptor message)
    {
        _symbols[message.FullName] = file;
        _messages.Add(message.FullName);
        foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
        {
            _symbols[field.FullName] = file;
        }

        foreach (OneofDescriptor oneof in message.Oneofs)
        {
            _symbols[oneof.FullName] = file;
        }

        foreach (EnumDescriptor type in message.EnumTypes)
        {
            Add(file, type);
        }

        foreach (MessageDescriptor nested in message.NestedTypes)
        {
            Add(file, nested);
        }
    }

    // A value's full name is its enum's sibling: "pkg.RUNNING", not "pkg.State.RUNNING".
    private void Add(FileDescriptor file, EnumDescriptor type)
    {
        _symbols[type.FullName] = file;
        foreach (EnumValueDescriptor value in type.Values)
        {
            _symbols[value.FullName] = file;
        }
    }
}
