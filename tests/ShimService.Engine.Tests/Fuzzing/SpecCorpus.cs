using System.Text;
using System.Text.Json;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Build;
using ShimService.Oci.Write;

namespace ShimService.Engine.Tests.Fuzzing;

/// <summary>
/// The documents that mutations start from, and where their values lie: what runc's generator writes, what containerd
/// and Docker send, and one with a part of everything.
/// </summary>
internal static class SpecCorpus
{
    public static IReadOnlyList<Document> Documents { get; } =
    [
        Read("runc.json"), Read("containerd.json"), Read("docker.json"), Read("everything.json"), Built(""), Built("unconfined"),
    ];

    private static Document Read(string name) =>
        new(File.ReadAllBytes(Path.Join(AppContext.BaseDirectory, "Fuzzing", name)));

    private static Document Built(string seccomp) => new(SpecWriter.Write(SpecBuilder.Build(
        new ContainerConfig
        {
            Id = "fuzz",
            Rootfs = new RootfsConfig("/images/busybox"),
            Args = ["sh", "-c", "true"],
            Security = new SecurityConfig { Seccomp = seccomp },
            Sysctls = new Dictionary<string, string> { ["net.ipv4.ip_forward"] = "1" },
        },
        new TestBuildHost())));

    /// <summary>A document, and each value and property name in it.</summary>
    internal sealed class Document
    {
        public Document(byte[] bytes)
        {
            Bytes = bytes;
            var reader = new Utf8JsonReader(bytes);
            var starts = new Stack<int>();
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        starts.Push((int)reader.TokenStartIndex);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        var start = starts.Pop();
                        Values.Add(start..(int)reader.BytesConsumed);
                        break;
                    case JsonTokenType.PropertyName:
                        // With its quotes, without the colon.
                        var quoted = reader.ValueSpan.Length + 2;
                        Names.Add((int)reader.TokenStartIndex..((int)reader.TokenStartIndex + quoted));
                        break;
                    default:
                        Values.Add((int)reader.TokenStartIndex..(int)reader.BytesConsumed);
                        break;
                }
            }
        }

        public byte[] Bytes { get; }

        public List<Range> Values { get; } = [];

        public List<Range> Names { get; } = [];

        public override string ToString() => Encoding.UTF8.GetString(Bytes);
    }
}
