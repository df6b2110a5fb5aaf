using ShimService.Network.Firewall;

namespace ShimService.Network.Tests.Pure;

/// <summary>Who else drops what is forwarded, read from what nft lists.</summary>
public sealed class ForwardPolicyTests
{
    private const string Docker = """
        # Warning: table ip filter is managed by iptables-nft, do not touch!
        table ip filter {
        	chain DOCKER-USER {
        		counter packets 0 bytes 0 return
        	}

        	chain FORWARD {
        		type filter hook forward priority filter; policy drop;
        		counter packets 3 bytes 180 jump DOCKER-USER
        		iifname "docker0" accept
        	}
        }
        table ip6 filter {
        	chain FORWARD {
        		type filter hook forward priority filter; policy drop;
        	}
        }
        table bridge guard {
        	chain forward {
        		type filter hook forward priority filter; policy drop;
        	}
        }
        table inet ours {
        	chain forward {
        		type filter hook forward priority filter; policy drop;
        	}
        }
        table inet quiet {
        	chain input {
        		type filter hook input priority filter; policy drop;
        	}
        	chain forward {
        		type filter hook forward priority filter; policy accept;
        	}
        }
        """;

    [Fact]
    public void Dropping_WhenAnotherTablesPolicyDrops_ThenItsChainForTheFamiliesOfTheBridge()
    {
        Assert.Equal(["ip filter FORWARD"], ForwardPolicy.Dropping(Docker, "ours", "shim0", withIPv6: false));
        Assert.Equal(
            ["ip filter FORWARD", "ip6 filter FORWARD"], ForwardPolicy.Dropping(Docker, "ours", "shim0", withIPv6: true));
    }

    [Fact]
    public void Dropping_WhenTheTableKnowsTheBridge_ThenItsOwnersHaveSeenToIt() =>
        Assert.Equal([], ForwardPolicy.Dropping(Docker, "ours", "docker0", withIPv6: false));

    [Fact]
    public void Dropping_WhenThereIsNothing_ThenNothing() =>
        Assert.Equal([], ForwardPolicy.Dropping("", "ours", "shim0", withIPv6: true));
}
