# Dockerfile: Tertulia in a container: built from this checkout, serving on port 8080 as a user that is not root.
FROM debian:bookworm-slim AS build
WORKDIR /src
# Alone, so that a change of the sources doesn't fetch the packages again.
COPY script/bootstrap script/
RUN script/bootstrap
COPY CMakeLists.txt CMakePresets.json ./
COPY core core
COPY server server
COPY web web
RUN cmake --preset release -DTERTULIA_TESTS=OFF \
    && cmake --build build/release --target tertulia --parallel "$(nproc)" \
    && strip build/release/tertulia

FROM debian:bookworm-slim
RUN apt-get update -q \
    && apt-get install -qy --no-install-recommends \
        libfmt9 libprometheus-cpp-core1.0 libsodium23 libspdlog1.10 libsqlite3-0 libstdc++6 libutf8proc2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin tertulia \
    && install --directory --owner 10001 --mode 0700 /data
COPY --from=build /src/build/release/tertulia /usr/local/bin/
# By number, so that who forbids root needn't look into the image.
USER 10001
# Flags go behind the image's name, or into variables; what the health check has to know, the address, only into this one.
ENV TERTULIA_LISTEN=0.0.0.0:8080 TERTULIA_STORE=sqlite:/data/tertulia.db
# The only place that it writes to; the rest of the image may be read-only.
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s CMD ["tertulia", "health"]
ENTRYPOINT ["tertulia"]
