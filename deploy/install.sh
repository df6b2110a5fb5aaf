#!/usr/bin/env bash
# Installs the binaries: deploy/install.sh PREFIX puts containerd-shim-shimservice-v2, shimd and shimctl into
# PREFIX/bin (DESTDIR is honoured). shimd and shimctl look for the shim beside themselves, containerd on its PATH.
set -euo pipefail

[ $# -eq 1 ] && [ -n "$1" ] || { echo "usage: deploy/install.sh PREFIX" >&2; exit 2; }
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=${DESTDIR:-}$1/bin
# shellcheck source=tests/lib/prerequisites.sh
. "$repository/tests/lib/prerequisites.sh"
need_for_build
install_needed
"$repository/deploy/publish.sh"

mkdir -p "$target"
for binary in containerd-shim-shimservice-v2 shimd shimctl; do
    # Moved over the old name: a shim that is running keeps the file it was started from.
    install -m 0755 "$repository/artifacts/bin/$binary" "$target/.$binary.new"
    mv -f "$target/.$binary.new" "$target/$binary"
    echo "$target/$binary"
done
