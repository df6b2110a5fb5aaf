namespace ShimService.Containerd.Tests.Harness;

/// <summary>A fact with trixie's Docker, the first of Debian's that lets one name a shim (23.0 and later do).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DockerFactAttribute : FactAttribute
{
    public DockerFactAttribute() =>
        Skip = Debian.Missing(Release.Trixie, "containerd", "containerd")
            ?? Debian.Missing(Release.Trixie, "docker.io", "dockerd")
            ?? Debian.Missing(Release.Trixie, "docker-cli", "docker");
}
