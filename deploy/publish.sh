#!/usr/bin/env bash
# Publishes the three native binaries into artifacts/bin (or the directory given); does nothing when they are
# already built from these sources.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repository"
output=${1:-artifacts/bin}
# shellcheck source=tests/lib/prerequisites.sh
. tests/lib/prerequisites.sh
require_dotnet "$repository"

case $(uname -m) in
    x86_64) runtime=linux-x64 ;;
    aarch64) runtime=linux-arm64 ;;
    *) echo "publish: no native compiler for $(uname -m)" >&2; exit 1 ;;
esac
framework=$(sed -n 's:.*<ShimAotFramework>\(.*\)</ShimAotFramework>.*:\1:p' Directory.Build.props)

stamp=$(find src protos Directory.Build.props Directory.Packages.props global.json -type f \
        -not -path '*/bin/*' -not -path '*/obj/*' -not -name README.md -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
if [ "$(cat "$output/.sources" 2>/dev/null)" = "$stamp" ]; then
    exit 0
fi

mkdir -p "$output"
rm -f "$output/.sources"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for pair in Shim:containerd-shim-shimservice-v2 Daemon:shimd Cli:shimctl; do
    project=${pair%%:*} binary=${pair#*:}
    echo "publishing $binary ($framework, $runtime, ahead of time)"
    if ! dotnet publish "src/ShimService.$project" -c Release -f "$framework" -r "$runtime" \
            -o "artifacts/publish/$binary" -nologo -v:minimal > "$log" 2>&1 < /dev/null; then
        cat "$log" >&2
        echo "publish: $binary did not build" >&2
        exit 1
    fi
    if grep -E 'warning IL[0-9]+' "$log" | sort -u | grep . >&2; then
        echo "publish: ahead-of-time warnings in $binary" >&2
        exit 1
    fi
    # A new file moved over the old name: one that is running keeps its own.
    install -m 0755 "artifacts/publish/$binary/$binary" "$output/$binary.new"
    mv -f "$output/$binary.new" "$output/$binary"
done
echo "$stamp" > "$output/.sources"
