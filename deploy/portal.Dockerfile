# The portal, with the site program beside it for institutions that it hosts. Build in the root of the checkout:
#   docker build -f deploy/portal.Dockerfile -t fedportal .
# It runs as its own user and writes to its volume and /tmp only. Settings come as environment variables (Portal__SitePort), secrets as files.
FROM debian:bookworm AS build
COPY --from=mcr.microsoft.com/dotnet/sdk:10.0 /usr/share/dotnet /usr/share/dotnet
ENV PATH=$PATH:/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates g++ cmake ninja-build libtorch-dev libdcmtk-dev libjpeg-dev libopenjp2-7-dev libtiff-dev zlib1g-dev
WORKDIR /src
COPY . .
RUN ./fedportal native
RUN dotnet publish FedPortal.Site -c Release -o /app \
    && dotnet publish FedPortal -c Release -p:CompressionEnabled=false -o /app \
    && cp build/native/libfedtorch.so build/native/xray-decode /app/

FROM debian:bookworm-slim
COPY --from=mcr.microsoft.com/dotnet/aspnet:10.0 /usr/share/dotnet /usr/share/dotnet
# Fonts and weasyprint print reports; pg_dump makes backups; the engine's libraries are for hosted institutions.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libtorch1.13 libopenblas0-pthread libtcmalloc-minimal4 libdcmtk17 libjpeg62-turbo libopenjp2-7 libtiff6 zlib1g libzstd1 libssl3 \
        weasyprint fonts-dejavu-core postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10000 --home-dir /var/lib/fedportal fedportal \
    && install -d -m 0700 -o fedportal -g fedportal /var/lib/fedportal /var/lib/fedportal-backups
COPY --from=build /app /opt/fedportal
USER fedportal
WORKDIR /opt/fedportal
VOLUME /var/lib/fedportal /var/lib/fedportal-backups
ENV DOTNET_ROOT=/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_EnableDiagnostics=0 XDG_CACHE_HOME=/tmp \
    ASPNETCORE_URLS=http://0.0.0.0:8080 Portal__DataDirectory=/var/lib/fedportal \
    OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 OPENBLAS_NUM_THREADS=1
EXPOSE 8080 5443
ENTRYPOINT ["/opt/fedportal/FedPortal"]
