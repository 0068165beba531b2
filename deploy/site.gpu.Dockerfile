# A hospital's own FedPortal site that trains on an NVIDIA graphics processor. The engine is built against an official CUDA build of libtorch, which the
# builder downloads beforehand: unpack it as deploy/libtorch in the checkout (see docs/operations.md), then, in the root of the checkout:
#   docker build -f deploy/site.gpu.Dockerfile -t fedportal-site:gpu .
FROM nvidia/cuda:12.6.3-devel-ubuntu24.04 AS cuda

FROM debian:bookworm AS build
COPY --from=mcr.microsoft.com/dotnet/sdk:10.0 /usr/share/dotnet /usr/share/dotnet
COPY --from=cuda /usr/local/cuda /usr/local/cuda
ENV PATH=$PATH:/usr/share/dotnet:/usr/local/cuda/bin DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 LIBTORCH=/opt/libtorch
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates g++ cmake ninja-build libdcmtk-dev libjpeg-dev libopenjp2-7-dev libtiff-dev zlib1g-dev
COPY deploy/libtorch /opt/libtorch
WORKDIR /src
COPY . .
RUN ./fedportal native
RUN dotnet publish FedPortal.Site -c Release -o /app && cp build/native/libfedtorch.so build/native/xray-decode deploy/site-entrypoint /app/

FROM debian:bookworm-slim
COPY --from=mcr.microsoft.com/dotnet/runtime:10.0 /usr/share/dotnet /usr/share/dotnet
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 libtcmalloc-minimal4 libdcmtk17 libjpeg62-turbo libopenjp2-7 libtiff6 zlib1g libzstd1 libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/fedportal-site fedportal \
    && install -d -m 0700 -o fedportal -g fedportal /var/lib/fedportal-site
COPY --from=build /opt/libtorch/lib /opt/libtorch/lib
COPY --from=build /app /opt/fedportal
USER fedportal
VOLUME /var/lib/fedportal-site
ENV DOTNET_ROOT=/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 FEDPORTAL_SITE_HOME=/var/lib/fedportal-site LD_LIBRARY_PATH=/opt/libtorch/lib \
    NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 OPENBLAS_NUM_THREADS=1
HEALTHCHECK --interval=1m --start-period=1m CMD ["/opt/fedportal/fedportal-site", "site", "status", "--offline"]
ENTRYPOINT ["/opt/fedportal/fedportal-site", "site"]
CMD ["run"]
