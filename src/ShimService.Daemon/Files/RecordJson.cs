using System.Text.Json.Serialization;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Shims;
using ShimService.Daemon.Volumes;

namespace ShimService.Daemon.Files;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ShimRecord))]
[JsonSerializable(typeof(TaskRecord))]
[JsonSerializable(typeof(VolumeRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
