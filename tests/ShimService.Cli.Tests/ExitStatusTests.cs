using ShimService.Cli.Output;
using ShimService.Rpc;

namespace ShimService.Cli.Tests;

public class ExitStatusTests
{
    [Theory]
    [InlineData("execve /bin/nope", "ENOENT", 127)]
    [InlineData("execve /etc/passwd", "EACCES", 126)]
    [InlineData("execve /bin/script", "ENOEXEC", 126)]
    [InlineData("execve /bin/sh", "ENOMEM", 125)]
    [InlineData("mount proc on /proc", "ENOENT", 125)]
    public void Of_WhenALaunchFailed_ThenAsDockerHasIt(string step, string errno, int status)
    {
        RpcException error = RpcException.Create(
            RpcStatusCode.FailedPrecondition, "LAUNCH_FAILED", "no", [new("step", step), new("errno", errno)]);

        Assert.Equal(status, ExitStatus.Of(error));
    }

    [Fact]
    public void Of_WhenTheDaemonRefused_ThenOurs() =>
        Assert.Equal(125, ExitStatus.Of(RpcException.NotFound("UNKNOWN_TASK", "no task c1")));

    [Theory]
    [InlineData(RpcStatusCode.FailedPrecondition, "FAILED_PRECONDITION")]
    [InlineData(RpcStatusCode.Canceled, "CANCELLED")]
    [InlineData(RpcStatusCode.NotFound, "NOT_FOUND")]
    [InlineData(RpcStatusCode.Internal, "INTERNAL")]
    public void CodeName_WhenCodeIsShown_ThenAsGrpcWritesIt(RpcStatusCode code, string name) =>
        Assert.Equal(name, ErrorReport.CodeName(code));
}
