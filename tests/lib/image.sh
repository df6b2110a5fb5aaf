#!/usr/bin/env bash
# Makes an OCI image archive of a root filesystem: tests/lib/image.sh ROOTFS NAME FILE [PROGRAM [ARGUMENT…]]
#
# One layer, an uncompressed tar; the same root gives the same bytes. `ctr image import FILE` and `docker load -i FILE`
# know it as NAME (docker.io/library/busybox:latest). It runs the program where nothing else is said; else /bin/sh.
set -euo pipefail

[ $# -ge 3 ] || { echo "usage: image.sh ROOTFS NAME FILE [PROGRAM [ARGUMENT…]]" >&2; exit 2; }
rootfs=$1 name=$2 file=$3
shift 3
[ $# -gt 0 ] || set -- /bin/sh
program=$(printf ',"%s"' "$@")
program=${program#,}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/blobs/sha256"

# Moves $work/part among the blobs and prints its digest.
blob() {
    local digest
    digest=$(sha256sum "$work/part" | cut -d' ' -f1)
    mv "$work/part" "$work/blobs/sha256/$digest"
    echo "$digest"
}

case $(uname -m) in
    x86_64) architecture=amd64 ;;
    aarch64) architecture=arm64 ;;
    *) architecture=$(uname -m) ;;
esac

tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$rootfs" -cf "$work/part" .
layer_size=$(stat -c %s "$work/part")
layer=$(blob)

cat > "$work/part" <<CONFIG
{"architecture":"$architecture","os":"linux","created":"1970-01-01T00:00:00Z",
 "config":{"Env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":[$program],"WorkingDir":"/"},
 "rootfs":{"type":"layers","diff_ids":["sha256:$layer"]},
 "history":[{"created":"1970-01-01T00:00:00Z","created_by":"image.sh"}]}
CONFIG
config_size=$(stat -c %s "$work/part")
config=$(blob)

cat > "$work/part" <<MANIFEST
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
 "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:$config","size":$config_size},
 "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:$layer","size":$layer_size}]}
MANIFEST
manifest_size=$(stat -c %s "$work/part")
manifest=$(blob)

echo '{"imageLayoutVersion":"1.0.0"}' > "$work/oci-layout"
cat > "$work/index.json" <<INDEX
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
 "manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",
 "digest":"sha256:$manifest","size":$manifest_size,
 "platform":{"architecture":"$architecture","os":"linux"},
 "annotations":{"io.containerd.image.name":"$name","org.opencontainers.image.ref.name":"${name##*:}"}}]}
INDEX
# docker load (before its containerd image store) reads this one.
cat > "$work/manifest.json" <<DOCKER
[{"Config":"blobs/sha256/$config","RepoTags":["${name#docker.io/library/}"],"Layers":["blobs/sha256/$layer"]}]
DOCKER
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$work" -cf "$file" \
    blobs index.json manifest.json oci-layout
