using System.Text.Json.Serialization;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Shims;

namespace ShimService.Daemon.Files;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ShimRecord))]
[JsonSerializable(typeof(TaskRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
