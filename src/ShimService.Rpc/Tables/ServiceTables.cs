namespace ShimService.Rpc;

/// <summary>All services of one server. Immutable; any thread.</summary>
public sealed class ServiceTables
{
    /// <param name="services">Each name once.</param>
    public ServiceTables(IReadOnlyList<ServiceTable> services)
    {
        Services = services;
        for (int i = 0; i < services.Count; i++)
        {
            if (services.Take(i).Any(service => service.Name == services[i].Name))
            {
                throw new ArgumentException($"the service {services[i].Name} is there twice", nameof(services));
            }
        }
    }

    public IReadOnlyList<ServiceTable> Services { get; }

    /// <summary>Errors: RpcException(Unimplemented) that says which of the two names is unknown.</summary>
    public (ServiceTable Service, RpcMethod Method) Route(string service, string method)
    {
        ServiceTable table = Find(service) ?? throw RpcException.Unimplemented($"unknown service {service}");
        return (table, table.Find(method)
            ?? throw RpcException.Unimplemented($"unknown method {method} for service {service}"));
    }

    private ServiceTable? Find(string service)
    {
        for (int i = 0; i < Services.Count; i++)
        {
            if (Services[i].Name == service)
            {
                return Services[i];
            }
        }

        return null;
    }
}
