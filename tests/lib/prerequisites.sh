# Sourced. What the build, the quick start and the tests need from the host, and how to get it on Debian or Ubuntu.
#
#   need PACKAGE PROBE…   remembers PACKAGE when the command PROBE fails
#   install_needed        installs what was remembered, with one apt-get update

_needed=()

need() {
    local package=$1
    shift
    "$@" > /dev/null 2>&1 || _needed+=("$package")
}

has_header() { echo "#include <$1>" | gcc -E -x c - ; }
has_dynamic_busybox() { ldd "$(PATH=/usr/bin:/bin command -v busybox)" | grep -q libc ; }
has_python_module() { /usr/bin/python3 -c "import $1" ; }

install_needed() {
    [ ${#_needed[@]} -eq 0 ] && return 0
    if ! command -v apt-get > /dev/null; then
        echo "missing: ${_needed[*]} (these are Debian's package names; there is no apt-get here to install them)" >&2
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        echo "missing: ${_needed[*]}; run as root, or: sudo apt-get install ${_needed[*]}" >&2
        return 1
    fi
    echo "installing ${_needed[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq < /dev/null > /dev/null || { echo "apt-get update failed" >&2; return 1; }
    local log
    log=$(mktemp)
    if ! apt-get install -y -qq --no-install-recommends "${_needed[@]}" < /dev/null > "$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        echo "could not install: ${_needed[*]}" >&2
        return 1
    fi
    rm -f "$log"
    _needed=()
}

# The .NET SDK is not in Debian's archive: say what is missing and where it comes from.
require_dotnet() {
    local wanted
    wanted=$(sed -n 's/.*"version": *"\([0-9]*\)\..*/\1/p' "$1/global.json")
    if ! command -v dotnet > /dev/null; then
        echo "the .NET $wanted SDK is not installed (no 'dotnet' on PATH): get it from Microsoft, or from your distribution (dotnet-sdk-$wanted)" >&2
        return 1
    fi
    if ! (cd "$1" && dotnet --version > /dev/null 2>&1); then
        echo "the .NET $wanted SDK is not installed; 'dotnet --list-sdks' says:" >&2
        dotnet --list-sdks >&2
        return 1
    fi
    # Quiet, and no build server that outlives the run.
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1
    export DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
}

need_for_build() {
    need gcc command -v gcc
    need binutils command -v ld
    need libc6-dev has_header stdio.h
    need zlib1g-dev has_header zlib.h
    need busybox has_dynamic_busybox
}

need_for_tests() {
    need_for_build
    need libseccomp-dev has_header seccomp.h
    need linux-libc-dev has_header linux/openat2.h
    need python3 test -x /usr/bin/python3
    need python3-grpcio has_python_module grpc
    need python3-protobuf has_python_module google.protobuf
    need protobuf-compiler command -v protoc
    need nodejs command -v node
    need npm command -v npm
    need strace command -v strace
    need runc command -v runc
    need crun command -v crun
    need util-linux command -v unshare
    need iproute2 command -v ip
    need bsdutils command -v script
    need nftables command -v nft
    need iptables command -v iptables
    need containernetworking-plugins test -x /usr/lib/cni/bridge
    need e2fsprogs command -v mke2fs
    if [ "$(uname -m)" = x86_64 ]; then need qemu-system-x86 command -v qemu-system-x86_64; fi
}

# The npm packages of the Node client, exactly as locked.
install_node_packages() {
    local folder=$1/tests/lib/clients/node
    if [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]; then return 0; fi
    echo "installing the Node client's packages"
    (cd "$folder" && npm ci --silent --no-audit --no-fund < /dev/null && touch node_modules/.package-lock.json)
}

# containerd of three releases, and a Docker that lets one name a shim: unpacked below .cache, never installed. What
# cannot be fetched is said here; its tests are left out with that reason.
fetch_containerds() {
    "$1/tests/lib/debian.sh" bookworm containerd > /dev/null || true
    "$1/tests/lib/debian.sh" trixie containerd docker.io docker-cli > /dev/null || true
    "$1/tests/lib/debian.sh" sid containerd > /dev/null || true
}
