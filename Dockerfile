# The agent as a native program in a small image, run by a user without rights. It listens on no port.
# This file could not be built where it was written (no container engine there); it is kept simple for that reason.
#
#   docker build -t der-agent .
#   docker run -v /etc/der-agent:/etc/der-agent:ro -v der-agent-data:/var/lib/der-agent der-agent

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install -y --no-install-recommends clang zlib1g-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish src/Agent/Agent.csproj -c Release -r linux-x64 -p:PublishAot=true -p:StripSymbols=true -o /app && rm -f /app/*.dbg /app/*.xml && mkdir /data

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
COPY --from=build /app/der-agent /app/libe_sqlite3.so /app/libSystem.IO.Ports.Native.so /usr/lib/der-agent/
COPY --from=build --chown=$APP_UID /data /var/lib/der-agent
COPY --from=build /source/device-profiles /usr/share/der-agent/device-profiles
COPY --from=build /source/scl /usr/share/der-agent/scl
USER $APP_UID
ENTRYPOINT ["/usr/lib/der-agent/der-agent"]
CMD ["run", "--config", "/etc/der-agent/agent.json"]
