namespace ShimService.Linux.Native;

/// <summary>
/// rtnetlink's numbers, by the kernel's names. Source: linux/netlink.h, rtnetlink.h, if_link.h, if_addr.h, veth.h.
/// </summary>
internal static class NetlinkNumbers
{
    public const ushort NLMSG_ERROR = 2, NLMSG_DONE = 3;
    public const ushort NLM_F_REQUEST = 1, NLM_F_ACK = 4, NLM_F_DUMP_INTR = 0x10;
    public const ushort NLM_F_CAPPED = 0x100, NLM_F_ACK_TLVS = 0x200;
    public const ushort NLM_F_DUMP = 0x300, NLM_F_REPLACE = 0x100, NLM_F_EXCL = 0x200, NLM_F_CREATE = 0x400;
    public const ushort NLMSGERR_ATTR_MSG = 1;
    public const ushort NLA_F_NESTED = 0x8000, NLA_TYPE_BITS = 0x3fff;

    public const ushort RTM_NEWLINK = 16, RTM_DELLINK = 17, RTM_GETLINK = 18, RTM_SETLINK = 19;
    public const ushort RTM_NEWADDR = 20, RTM_DELADDR = 21, RTM_GETADDR = 22;
    public const ushort RTM_NEWROUTE = 24, RTM_DELROUTE = 25, RTM_GETROUTE = 26;
    public const ushort RTM_NEWNSID = 88, RTM_GETNSID = 90;

    public const ushort IFLA_ADDRESS = 1, IFLA_IFNAME = 3, IFLA_MTU = 4, IFLA_LINK = 5, IFLA_MASTER = 10;
    public const ushort IFLA_PROTINFO = 12, IFLA_LINKINFO = 18, IFLA_STATS64 = 23, IFLA_AF_SPEC = 26;
    public const ushort IFLA_NET_NS_FD = 28;
    public const ushort IFLA_INFO_KIND = 1, IFLA_INFO_DATA = 2, VETH_INFO_PEER = 1;
    public const ushort IFLA_BRPORT_MODE = 4, IFLA_BRPORT_ISOLATED = 33;
    public const ushort IFLA_INET6_ADDR_GEN_MODE = 8;
    public const byte IN6_ADDR_GEN_MODE_NONE = 1;
    public const uint IFF_UP = 1;

    public const ushort IFA_ADDRESS = 1, IFA_LOCAL = 2, IFA_FLAGS = 8;
    public const uint IFA_F_NODAD = 2, IFA_F_PERMANENT = 0x80;

    public const ushort RTA_DST = 1, RTA_OIF = 4, RTA_GATEWAY = 5, RTA_PRIORITY = 6, RTA_TABLE = 15;
    public const byte RT_TABLE_MAIN = 254, RTPROT_STATIC = 4, RTN_UNICAST = 1;
    public const byte RT_SCOPE_UNIVERSE = 0, RT_SCOPE_LINK = 253;

    public const ushort NETNSA_NSID = 1, NETNSA_FD = 3;

    public const int AF_INET = 2, AF_BRIDGE = 7, AF_INET6 = 10, AF_NETLINK = 16;
    public const int SOCK_RAW = 3, NETLINK_ROUTE = 0, SOL_NETLINK = 270;
    public const int NETLINK_CAP_ACK = 10, NETLINK_EXT_ACK = 11, NETLINK_GET_STRICT_CHK = 12;

    /// <summary>sizeof nlmsghdr, nlattr, ifinfomsg, ifaddrmsg, rtmsg, rtgenmsg with its padding.</summary>
    public const int HeaderSize =
        16, AttributeSize = 4, LinkSize = 16, AddressSize = 8, RouteSize = 12, GenericSize = 4;

    /// <summary>Room of a name with its NUL.</summary>
    public const int IFNAMSIZ = 16;
}
