using ShimService.Rpc.Grpc;

namespace ShimService.Rpc.Tests.Grpc;

public sealed class GrpcStatusTests
{
    [Theory]
    [InlineData(400, RpcStatusCode.Internal)]
    [InlineData(401, RpcStatusCode.Unauthenticated)]
    [InlineData(403, RpcStatusCode.PermissionDenied)]
    [InlineData(404, RpcStatusCode.Unimplemented)]
    [InlineData(429, RpcStatusCode.Unavailable)]
    [InlineData(502, RpcStatusCode.Unavailable)]
    [InlineData(503, RpcStatusCode.Unavailable)]
    [InlineData(504, RpcStatusCode.Unavailable)]
    [InlineData(200, RpcStatusCode.Unknown)]
    [InlineData(500, RpcStatusCode.Unknown)]
    public void FromHttp_WhenGivenAStatus_ThenFollowsTheTable(int http, RpcStatusCode code) =>
        Assert.Equal(code, GrpcStatus.FromHttp(http));

    [Theory]
    [InlineData(0, RpcStatusCode.Internal)]
    [InlineData(7, RpcStatusCode.Unavailable)]
    [InlineData(8, RpcStatusCode.Canceled)]
    [InlineData(11, RpcStatusCode.ResourceExhausted)]
    [InlineData(12, RpcStatusCode.PermissionDenied)]
    public void FromHttp2Error_WhenGivenACode_ThenFollowsTheTable(long error, RpcStatusCode code) =>
        Assert.Equal(code, GrpcStatus.FromHttp2Error(error));

    [Theory]
    [InlineData("0", null)]
    [InlineData("5", RpcStatusCode.NotFound)]
    [InlineData("17", RpcStatusCode.Unknown)]
    [InlineData("-1", RpcStatusCode.Unknown)]
    [InlineData("five", RpcStatusCode.Unknown)]
    public void Parse_WhenGivenAStatus_ThenIsTotal(string status, RpcStatusCode? code) =>
        Assert.Equal(code, GrpcStatus.Parse(status, "m", "not base64!")?.Code);

    [Fact]
    public void Details_WhenTheyDoNotFit_ThenTheLastOnesGo()
    {
        RpcException small = RpcException.InvalidArgument("field", "message");
        RpcException large = RpcException.InvalidArgument("field", new string('x', 6000));
        RpcException none = RpcException.InvalidArgument(new string('x', 6000), "message");

        Assert.Equal(2, Roundtrip(small)!.Details.Count);
        Assert.Equal("INVALID_ARGUMENT", Roundtrip(large)!.Reason);
        Assert.Single(Roundtrip(large)!.Details);
        Assert.Empty(Roundtrip(none)!.Details);
        Assert.Equal("message", Roundtrip(none)!.Message);

        static RpcException? Roundtrip(RpcException error) => GrpcStatus.Parse(
            ((int)error.Code).ToString(System.Globalization.CultureInfo.InvariantCulture),
            GrpcStatus.Message(error),
            GrpcStatus.Details(error));
    }
}
