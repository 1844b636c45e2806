# The package, built from this folder and installed as npm would install it: `docker build -t overthink --build-arg COMMIT=$(git rev-parse HEAD) .`
# `docker run --rm --network none overthink` runs the demo. `docker run --init -v "$PWD:/work" overthink run sweep.yaml` runs a sweep.
FROM node:24-bookworm AS build
# better-sqlite3 is compiled from its package, against the headers of this Node: nothing is downloaded but packages.
ENV npm_config_build_from_source=better-sqlite3 npm_config_nodedir=/usr/local npm_config_audit=false npm_config_fund=false
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
ARG COMMIT=
RUN npm run build && COMMIT=$COMMIT node scripts/pack.mjs /out && npm install --prefix /opt/overthink /out/overthink-*.tgz

FROM node:24-bookworm-slim
COPY --from=build /opt/overthink /opt/overthink
RUN ln -s /opt/overthink/node_modules/.bin/overthink /usr/local/bin/overthink && mkdir /work && chown node /work
USER node
WORKDIR /work
# node itself: SIGTERM must reach it.
ENTRYPOINT ["node", "/opt/overthink/node_modules/overthink/bin/overthink.cjs"]
CMD ["run", "pico-figure1"]
