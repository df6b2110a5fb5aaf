using System.Text;
using ShimService.Oci.Build;

namespace ShimService.Oci.Tests.Build;

/// <summary>An image with two users and a few groups.</summary>
internal sealed class FakeImage : IImageFiles
{
    private const string Passwd =
        """
        root:x:0:0:root:/root:/bin/sh
        # a comment
        app:x:1000:1001:App:/srv/app:/bin/sh
        broken line
        1234:x:77:78::/:/bin/sh
        """;

    private const string Group =
        """
        root:x:0:root
        wheel:x:10:root,app
        log:x:4:app
        app:x:1001:
        """;

    public byte[]? Read(string path) => path switch
    {
        "/etc/passwd" => Encoding.UTF8.GetBytes(Passwd),
        "/etc/group" => Encoding.UTF8.GetBytes(Group),
        _ => null,
    };
}
