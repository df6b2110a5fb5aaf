#!/usr/bin/env bash
# From a checkout to a running container: installs what is missing, builds, starts shimd on a private socket in a
# temporary directory, runs a busybox container through its gRPC API, shows its output, events and exit status, and
# takes everything away again. For a Debian or Ubuntu machine with the .NET SDK; as root, because containers are made.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repository"
# shellcheck source=tests/lib/prerequisites.sh
. tests/lib/prerequisites.sh

if [ "$(id -u)" -ne 0 ]; then
    echo "containers are made with root's rights: sudo $0" >&2
    exit 1
fi
need_for_build
install_needed
require_dotnet "$repository"
deploy/publish.sh

work=$(mktemp -d /tmp/shimservice-quickstart.XXXXXX)
socket=$work/shimd.sock
bin=$repository/artifacts/bin
daemon=

# Ends our shimd and, when it is gone, its shims, which would otherwise wait for the next shimd for a while.
clean_up() {
    set +e
    local shims=()
    if [ -n "$daemon" ]; then
        "$bin/shimctl" --socket "$socket" delete --force hello > /dev/null 2>&1
        mapfile -t shims < <("$bin/shimctl" --socket "$socket" --json info 2> /dev/null |
            grep -o '"shims": \[.*\]' | grep -o '"pid": [0-9]*' | grep -o '[0-9]*')
        kill "$daemon" 2> /dev/null
        wait "$daemon" 2> /dev/null
        [ ${#shims[@]} -eq 0 ] || kill "${shims[@]}" 2> /dev/null
        for _ in $(seq 1 150); do
            local alive=
            for shim in "${shims[@]}"; do [ ! -d "/proc/$shim" ] || alive=yes; done
            [ -n "$alive" ] || break
            sleep 0.1
        done
    fi
    rm -rf "$work"
}
trap clean_up EXIT

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() {
    printf '\n$ shimctl %s\n' "$*"
    "$bin/shimctl" --socket "$socket" "$@"
}
grpc() {
    local method=$1 body=$2
    if command -v grpcurl > /dev/null; then
        printf '\n$ grpcurl -plaintext -d '\''%s'\'' unix://%s shimservice.v1.%s\n' "$body" "$socket" "$method"
        timeout 10 grpcurl -plaintext -d "$body" "unix://$socket" "shimservice.v1.$method" || true
    else
        printf '  (with grpcurl: grpcurl -plaintext -d '\''%s'\'' unix://%s shimservice.v1.%s)\n' "$body" "$socket" "$method"
    fi
}

say "a root filesystem of busybox"
tests/lib/rootfs.sh "$work/rootfs"
echo "$work/rootfs, $(du -sh "$work/rootfs" | cut -f1)"

say "shimd on a private socket"
"$bin/shimd" --socket "$socket" --state "$work/state" --root "$work/root" > "$work/shimd.log" 2>&1 &
daemon=$!
for _ in $(seq 1 100); do
    if "$bin/shimctl" --socket "$socket" version > "$work/version" 2> /dev/null; then break; fi
    if ! kill -0 "$daemon" 2> /dev/null; then
        cat "$work/shimd.log" >&2
        daemon=
        exit 1
    fi
    sleep 0.1
done
cat "$work/version"

say "a container, over gRPC"
script='echo "hello from pid $$ on $(hostname), as $(id -un)"; grep -E "^Cap(Eff|Bnd)" /proc/self/status; exit 7'
show run -d --id hello --rootfs "$work/rootfs" --memory 64m --pids-limit 32 -- /bin/sh -c "$script"
# The same through grpcurl would be a second container of that name: only how it is typed.
command -v grpcurl > /dev/null || grpc TaskService/Run \
    '{"id":"hello","config":{"rootfs":{"path":"'"$work/rootfs"'"},"args":["/bin/sh","-c","exit 7"]}}'
show wait hello
grpc TaskService/Wait '{"id":"hello"}'
show logs hello
grpc TaskService/Logs '{"id":"hello"}'
show inspect hello
show delete hello
show events --after 0 --no-follow
grpc EventService/List '{"afterSequence":0}'

say "one more, attached: its exit status becomes ours"
status=0
show run --rm --rootfs "$work/rootfs" -- /bin/sh -c 'echo out; echo err >&2; exit 3' || status=$?
echo "exit status $status"
[ "$status" -eq 3 ]

say "done"
echo "the binaries are in artifacts/bin; deploy/install.sh PREFIX puts them in place"
