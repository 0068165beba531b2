# A hospital's own FedPortal site. Build in the root of the checkout:
#   docker build -f deploy/site.Dockerfile -t fedportal-site .
# Join once, then run; the volume holds keys, images, ledgers and the policy, and belongs to nobody else:
#   docker run --rm -it -v fedportal-site:/var/lib/fedportal-site fedportal-site join --portal URL --token -
#   docker run -d --restart unless-stopped -v fedportal-site:/var/lib/fedportal-site --read-only --tmpfs /tmp fedportal-site
FROM debian:bookworm AS build
COPY --from=mcr.microsoft.com/dotnet/sdk:10.0 /usr/share/dotnet /usr/share/dotnet
ENV PATH=$PATH:/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates g++ cmake ninja-build libtorch-dev libdcmtk-dev libjpeg-dev libopenjp2-7-dev libtiff-dev zlib1g-dev
WORKDIR /src
COPY . .
RUN ./fedportal native
RUN dotnet publish FedPortal.Site -c Release -o /app && cp build/native/libfedtorch.so build/native/xray-decode deploy/site-entrypoint /app/

FROM debian:bookworm-slim
COPY --from=mcr.microsoft.com/dotnet/runtime:10.0 /usr/share/dotnet /usr/share/dotnet
RUN apt-get update \
    && apt-get install -y --no-install-recommends libtorch1.13 libopenblas0-pthread libtcmalloc-minimal4 libdcmtk17 libjpeg62-turbo libopenjp2-7 libtiff6 zlib1g libzstd1 libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/fedportal-site fedportal \
    && install -d -m 0700 -o fedportal -g fedportal /var/lib/fedportal-site
COPY --from=build /app /opt/fedportal
USER fedportal
VOLUME /var/lib/fedportal-site
ENV DOTNET_ROOT=/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 FEDPORTAL_SITE_HOME=/var/lib/fedportal-site \
    OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 OPENBLAS_NUM_THREADS=1
HEALTHCHECK --interval=1m --start-period=1m CMD ["/opt/fedportal/fedportal-site", "site", "status", "--offline"]
ENTRYPOINT ["/opt/fedportal/fedportal-site", "site"]
CMD ["run"]
