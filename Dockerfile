# Moat on Debian with a Java 17 runtime. Build: docker build -t moat .   Run: docker run --rm moat check
FROM debian:12-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends maven openjdk-17-jdk-headless && rm -rf /var/lib/apt/lists/*
WORKDIR /moat
COPY . .
# Z3 comes for several platforms; the image is of one.
RUN mvn -B -q -Pquick -Dmaven.test.skip=true \
    -Dmoat.natives=linux/$(dpkg --print-architecture | sed s/arm64/aarch64/) package && touch target/moat.built

FROM debian:12-slim
# Z3, which comes with Moat, is linked with the C++ runtime and OpenMP.
RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre-headless libgomp1 libstdc++6 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /moat/moat /moat/pom.xml /moat/LICENSE /moat/THIRD-PARTY.txt /moat/
COPY --from=build /moat/specs /moat/specs
COPY --from=build /moat/invariants /moat/invariants
COPY --from=build /moat/counterexamples /moat/counterexamples
COPY --from=build /moat/target/lib /moat/target/lib
COPY --from=build /moat/target/moat-*.jar /moat/target/moat.built /moat/target/
# The first run keeps what Java has read of the classes.
RUN mkdir -p /moat/src/main && touch /moat/target/moat.built && /moat/moat --version
WORKDIR /work
ENTRYPOINT ["/moat/moat"]
