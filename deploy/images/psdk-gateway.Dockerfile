# The TLib gateway on Genesys' Platform SDK. The SDK's jars are never part of the image: mount them.
#
#   docker build -f deploy/images/psdk-gateway.Dockerfile -t excp-psdk-gateway:0.1.0 deploy/psdk-gateway
#   docker run -v /path/to/platform-sdk/lib:/opt/platform-sdk/lib:ro -e GATEWAY_SIP_SERVER=… excp-psdk-gateway:0.1.0
#
# It listens on the loopback address unless GATEWAY_LISTEN says otherwise: it belongs beside an ingest, in its network.
ARG JDK=eclipse-temurin:17-jdk-jammy
ARG JRE=eclipse-temurin:17-jre-jammy

FROM ${JDK} AS build
WORKDIR /src
COPY build.sh ./
COPY stubs stubs
COPY src src
RUN ./build.sh /build

FROM ${JRE}
WORKDIR /opt/psdk-gateway
COPY run.sh ./
COPY --from=build /build/psdk-gateway.jar build/
USER 10001:10001
EXPOSE 8050
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/psdk-gateway/run.sh", "/opt/platform-sdk/lib"]
