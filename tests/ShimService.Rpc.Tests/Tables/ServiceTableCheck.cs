using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ShimService.Rpc.Tests.Tables;

/// <summary>
/// Compares a table, whose names are literals, with the service's descriptor, both ways. Other test projects compile
/// this file too: a table belongs to whoever serves it.
/// </summary>
internal static class ServiceTableCheck
{
    /// <summary>One line for each difference; none where they agree.</summary>
    public static IReadOnlyList<string> Compare(ServiceTable table, ServiceDescriptor service)
    {
        var differences = new List<string>();
        Same("the service's name", table.Name, service.FullName);
        foreach (MethodDescriptor method in service.Methods)
        {
            if (table.Find(method.Name) is not { } row)
            {
                differences.Add($"{service.FullName}/{method.Name} is not in the table");
                continue;
            }

            string name = $"{service.FullName}/{method.Name}";
            Same($"the kind of {name}", row.Kind.ToString(), KindOf(method).ToString());
            Same($"the request of {name}", NameOf(row.RequestType), method.InputType.FullName);
            Same($"the response of {name}", NameOf(row.ResponseType), method.OutputType.FullName);
        }

        differences.AddRange(table.Methods
            .Where(row => service.FindMethodByName(row.Name) is null)
            .Select(row => $"{table.Name}/{row.Name} is not in the service"));
        return differences;

        void Same(string what, string inTable, string inService)
        {
            if (inTable != inService)
            {
                differences.Add($"{what} is {inTable} in the table and {inService} in the service");
            }
        }
    }

    private static MethodKind KindOf(MethodDescriptor method) =>
        (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (false, false) => MethodKind.Unary,
            (false, true) => MethodKind.ServerStream,
            (true, false) => MethodKind.ClientStream,
            (true, true) => MethodKind.Duplex,
        };

    private static string NameOf(Type message) => ((IMessage)Activator.CreateInstance(message)!).Descriptor.FullName;
}
