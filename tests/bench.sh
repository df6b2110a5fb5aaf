#!/usr/bin/env bash
# Measures launch → exit → cleaned up: a C program that does the same work (the limit), ours in the shim and over gRPC,
# crun and runc, alternated in one run; and first, ours and containerd's own shim under one containerd (of trixie, where
# it can be fetched). Prints tables; last line: ratios shim_to_limit=… grpc_to_limit=… …
#
#   tests/bench.sh [ROUNDS]     default 300
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repository"
exec < /dev/null
# shellcheck source=tests/lib/prerequisites.sh
. tests/lib/prerequisites.sh
[ "$(id -u)" -eq 0 ] || { echo "tests/bench.sh makes containers: run it as root" >&2; exit 1; }
need_for_tests
install_needed
require_dotnet "$repository"

# Where runtimes keep their state: /run, which is in memory. Every row has its state and its files there.
for place in /run /dev/shm /tmp; do
    [ "$(stat -f -c %T "$place")" != tmpfs ] || break
done
work=$(mktemp -d "$place/shimservice-bench.XXXXXX")
daemon= containerd= networked=
clean_up() {
    set +e
    if [ -n "$containerd" ]; then
        # What a failed run left: containerd cleans up behind a shim that died.
        pgrep -f -- "-address $work/containerd.sock" | xargs -r kill -9
        for _ in $(seq 1 50); do
            grep -q " $work/containerd/" /proc/self/mountinfo || break
            sleep 0.1
        done
        kill "$containerd" 2> /dev/null
        wait "$containerd" 2> /dev/null
        rmdir /sys/fs/cgroup/*/shimservice-bench 2> /dev/null
    fi
    if [ -n "$networked" ]; then
        kill "$networked" 2> /dev/null
        wait "$networked" 2> /dev/null
    fi
    if [ -n "$daemon" ]; then
        kill "$daemon" 2> /dev/null
        wait "$daemon" 2> /dev/null
    fi
    # The daemon's idle shims leave by themselves; their directories are below ours until then.
    for _ in $(seq 1 200); do
        pgrep -f -- "-socket $work/" > /dev/null || break
        sleep 0.1
    done
    rm -rf "$work"
}
trap clean_up EXIT

{
    deploy/publish.sh
    if ! dotnet build tests/ShimService.Benchmarks -c Release -nologo -v:quiet > "$work/build.log" 2>&1; then
        cat "$work/build.log"
        exit 1
    fi
    gcc -O2 -Wall -Wextra -Werror -o "$work/limit" tests/ShimService.Benchmarks/limit.c -lseccomp
    gcc -O2 -Wall -Wextra -Werror -o "$work/calls" tests/ShimService.Benchmarks/calls.c
    gcc -O2 -Wall -Wextra -Werror -o "$work/spawn" tests/ShimService.Benchmarks/spawn.c
    tests/lib/rootfs.sh "$work/rootfs"
} >&2

if programs=$(tests/lib/debian.sh trixie containerd); then
    programs=$programs/usr/bin
    cat > "$work/containerd.toml" <<CONFIG
version = 2
root = "$work/containerd/root"
state = "$work/containerd/state"
oom_score = 0
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$work/containerd.sock"
[ttrpc]
  address = "$work/containerd.sock.ttrpc"
CONFIG
    PATH=$repository/artifacts/bin:$programs:$PATH "$programs/containerd" --config "$work/containerd.toml" \
        > "$work/containerd.log" 2>&1 &
    containerd=$!
    for _ in $(seq 1 100); do
        if "$programs/ctr" --address "$work/containerd.sock" version > /dev/null 2>&1; then break; fi
        kill -0 "$containerd" 2> /dev/null || { cat "$work/containerd.log" >&2; exit 1; }
        sleep 0.1
    done
    rounds=${1:-300}
    timeout 600 dotnet tests/ShimService.Benchmarks/bin/Release/net10.0/ShimService.Benchmarks.dll \
        containerd "$work/containerd.sock" "$work" "$work/rootfs" "$((rounds < 100 ? rounds : 100))"
    kill "$containerd"
    wait "$containerd" || true
else
    echo "left out: the rows under containerd"
fi

# In a network namespace of its own, which goes with it.
unshare --net "$repository/artifacts/bin/shimd" --socket "$work/net.sock" --state "$work/net" --root "$work/netroot" \
    > "$work/net.log" 2>&1 &
networked=$!
for _ in $(seq 1 100); do
    if artifacts/bin/shimctl --socket "$work/net.sock" version > /dev/null 2>&1; then break; fi
    kill -0 "$networked" 2> /dev/null || { cat "$work/net.log" >&2; exit 1; }
    sleep 0.1
done
timeout 600 dotnet tests/ShimService.Benchmarks/bin/Release/net10.0/ShimService.Benchmarks.dll \
    network "$work/net.sock" "$work/rootfs" "$work" "$((${1:-300} < 100 ? ${1:-300} : 100))"

"$repository/artifacts/bin/shimd" --socket "$work/shimd.sock" --state "$work/state" --root "$work/root" \
    > "$work/shimd.log" 2>&1 &
daemon=$!
for _ in $(seq 1 100); do
    if artifacts/bin/shimctl --socket "$work/shimd.sock" version > /dev/null 2>&1; then break; fi
    kill -0 "$daemon" 2> /dev/null || { cat "$work/shimd.log" >&2; exit 1; }
    sleep 0.1
done

timeout 900 dotnet tests/ShimService.Benchmarks/bin/Release/net10.0/ShimService.Benchmarks.dll \
    "$repository/artifacts/bin" "$work" "$work/rootfs" "$work/shimd.sock" "${1:-300}"
