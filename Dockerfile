# shimd in a container of its own. It makes containers on the host it runs on, so it needs that host's control groups
# and process ids, and the rights to make namespaces and mounts:
#
#   docker build -t shimservice .
#   docker run --privileged --pid host --cgroupns host -v /sys/fs/cgroup:/sys/fs/cgroup \
#       -v /run/shimservice:/run/shimservice:rshared -v /var/lib/shimservice:/var/lib/shimservice shimservice
#
# Root filesystems and bundles named in requests are paths inside this container: mount them at the same path.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev zlib1g-dev binutils busybox \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN deploy/publish.sh /out

FROM mcr.microsoft.com/dotnet/runtime-deps:9.0
COPY --from=build /out/containerd-shim-shimservice-v2 /out/shimd /out/shimctl /usr/local/bin/
VOLUME ["/run/shimservice", "/var/lib/shimservice"]
ENTRYPOINT ["/usr/local/bin/shimd"]
