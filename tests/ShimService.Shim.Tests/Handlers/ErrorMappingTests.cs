using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Tasks.Errors;

namespace ShimService.Shim.Tests.Handlers;

public sealed class ErrorMappingTests
{
    [Fact]
    public void Code_WhenAnyKind_ThenTheCodeOfTheSameName()
    {
        foreach (var kind in Enum.GetValues<ErrorKind>())
        {
            Assert.Equal(kind.ToString(), ErrorMapping.Code(kind).ToString());
        }
    }

    [Fact]
    public void Reason_WhenAnyReason_ThenUpperSnakeCase()
    {
        foreach (var reason in Enum.GetValues<ErrorReason>())
        {
            var expected = string.Concat(reason.ToString().Select((character, index) =>
                index > 0 && char.IsUpper(character) ? $"_{character}" : $"{char.ToUpperInvariant(character)}"));
            Assert.Equal(expected, ErrorMapping.Reason(reason));
        }
    }

    [Fact]
    public void ToRpc_WhenALaunchFailed_ThenStepErrnoAndHintAreInTheDetails()
    {
        var failure = new TaskException(ErrorKind.FailedPrecondition, ErrorReason.LaunchFailed, "mount proc: EPERM")
        {
            Step = "mount proc", Errno = "EPERM", Hint = "add pid",
        };

        var error = ErrorMapping.ToRpc(failure);

        Assert.Equal(RpcStatusCode.FailedPrecondition, error.Code);
        var text = System.Text.Encoding.UTF8.GetString(error.Details[0].Value.ToByteArray());
        Assert.Contains("LAUNCH_FAILED", text, StringComparison.Ordinal);
        Assert.Contains("mount proc", text, StringComparison.Ordinal);
        Assert.Contains("EPERM", text, StringComparison.Ordinal);
        Assert.Contains("add pid", text, StringComparison.Ordinal);
    }
}
