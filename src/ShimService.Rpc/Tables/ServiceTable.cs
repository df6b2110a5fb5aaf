namespace ShimService.Rpc;

/// <summary>
/// One service: its full name and its methods, served alike over ttrpc and gRPC. Names are literals, so that a shim
/// never loads a protobuf descriptor; a test compares every table with the descriptors.
/// </summary>
public sealed class ServiceTable
{
    /// <param name="name">Full name: "shimservice.v1.TaskService".</param>
    /// <param name="methods">Each name once.</param>
    public ServiceTable(string name, IReadOnlyList<RpcMethod> methods)
    {
        Name = name;
        Methods = methods;
        for (int i = 0; i < methods.Count; i++)
        {
            if (methods.Take(i).Any(method => method.Name == methods[i].Name))
            {
                throw new ArgumentException($"service {name} has the method {methods[i].Name} twice", nameof(methods));
            }
        }
    }

    public string Name { get; }

    public IReadOnlyList<RpcMethod> Methods { get; }

    // A scan: twenty short names cost less than a dictionary, in time and in memory.
    public RpcMethod? Find(string method)
    {
        for (int i = 0; i < Methods.Count; i++)
        {
            if (Methods[i].Name == method)
            {
                return Methods[i];
            }
        }

        return null;
    }
}
