namespace ShimService.Engine.Compile;

/// <summary>Numbers of the kernel's interface that plans pass and that have no type of their own.</summary>
internal static class KernelValues
{
    /// <summary>AT_FDCWD.</summary>
    internal const long WorkingDirectory = -100;

    // sys/stat.h
    internal const uint RegularFile = 0x8000;
    internal const uint CharacterDevice = 0x2000;
    internal const uint BlockDevice = 0x6000;
    internal const uint Fifo = 0x1000;

    // linux/mount.h: FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC.
    internal const long FilesystemCloseOnExec = 1;

    // asm-generic/ioctls.h
    internal const long SetControllingTerminal = 0x540E;
    internal const long SetWindowSize = 0x5414;
    internal const long LockTerminal = 0x40045431;
    internal const long GetTerminalPeer = 0x5441;

    // linux/sockios.h
    internal const long SetInterfaceFlags = 0x8914;

    // linux/capability.h: _LINUX_CAPABILITY_VERSION_3.
    internal const uint CapabilityVersion = 0x20080522;

    // linux/prctl.h: PR_CAP_AMBIENT_RAISE, PR_CAP_AMBIENT_CLEAR_ALL.
    internal const long AmbientRaise = 2;
    internal const long AmbientClearAll = 4;

    // linux/keyctl.h: KEYCTL_JOIN_SESSION_KEYRING, KEYCTL_SETPERM, KEY_SPEC_SESSION_KEYRING.
    internal const long JoinSessionKeyring = 1;
    internal const long SetKeyPermissions = 5;
    internal const long SessionKeyring = -3;

    // linux/key.h: KEY_POS_ALL, and KEY_USR_VIEW, _READ, _SEARCH, _LINK.
    internal const long SearchableKeyring = 0x3F1B0000;

    // linux/seccomp.h: SECCOMP_SET_MODE_FILTER.
    internal const long SetFilter = 1;

    /// <summary>makedev(3) in the form of mknodat: 12 bits of major, 20 bits of minor.</summary>
    internal static long DeviceNumber(uint major, uint minor) =>
        (minor & 0xFF) | (major << 8) | ((long)(minor & ~0xFFu) << 12);
}
