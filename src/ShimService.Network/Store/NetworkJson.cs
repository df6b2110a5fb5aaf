using System.Text.Json.Serialization;

namespace ShimService.Network.Store;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(NetworkRecord))]
[JsonSerializable(typeof(ContainerRecord))]
internal sealed partial class NetworkJson : JsonSerializerContext;
