using ShimService.Rpc.Grpc;

namespace ShimService.Rpc.Tests.Grpc;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 3600_000.0)]
    [InlineData("2M", 120_000.0)]
    [InlineData("3S", 3000.0)]
    [InlineData("4m", 4.0)]
    [InlineData("5u", 0.005)]
    [InlineData("2000n", 0.002)]
    [InlineData("0S", 0.0)]
    [InlineData("99999999S", 99_999_999_000.0)]
    public void Parse_WhenWellFormed_ThenGivesTheTime(string header, double milliseconds) =>
        Assert.Equal((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond), GrpcTimeout.Parse(header)?.Ticks);

    [Fact]
    public void Parse_WhenNoTimeSpanHoldsIt_ThenGivesTheLongest() =>
        Assert.Equal(TimeSpan.FromHours(99_999_999), GrpcTimeout.Parse("99999999H"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Parse_WhenAbsent_ThenIsNull(string? header) => Assert.Null(GrpcTimeout.Parse(header));

    [Theory]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1 S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    [InlineData("0x1S")]
    public void Parse_WhenMalformed_ThenIsInvalidArgument(string header) => Assert.Equal(
        RpcStatusCode.InvalidArgument, Assert.Throws<RpcException>(() => GrpcTimeout.Parse(header)).Code);

    [Theory]
    [InlineData(0, "0u")]
    [InlineData(-5, "0u")]
    [InlineData(1, "1u")]
    [InlineData(10, "1u")]
    [InlineData(11, "2u")]
    [InlineData(TimeSpan.TicksPerSecond, "1000000u")]
    [InlineData(TimeSpan.TicksPerHour, "3600000m")]
    [InlineData(long.MaxValue, "99999999H")]
    public void Format_WhenGivenTicks_ThenIsTheFinestThatFits(long ticks, string header)
    {
        Assert.Equal(header, GrpcTimeout.Format(TimeSpan.FromTicks(ticks)));
        Assert.True(GrpcTimeout.Parse(header)?.Ticks >= Math.Min(ticks, TimeSpan.FromHours(99_999_999).Ticks));
    }
}
