# Rekey in a container: Node.js, the compiled code, the packages it needs to run, and nothing else. No shell, no package manager.
# `npm run image:check` follows these steps where there is no Docker, and runs what comes out (docs/decisions/0031).

# Pinned: a rebuild of the same commit starts from the same release. Raise it with the `node` package in package.json.
# By digest, or from a registry of your own: docker build --build-arg NODE=registry.example/node@sha256:… .
ARG NODE=node:26.10.0-bookworm-slim

FROM ${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The `node` package is for machines with an older Node.js; here it is the base, so no install script is needed.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/build.mjs
COPY migrations migrations
COPY openapi openapi
COPY src src
# Maps lead to sources that are not there.
RUN node scripts/build.mjs && find dist -name '*.map' -delete

FROM ${NODE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without development parts, and without the embedded PostgreSQL, which production refuses (its binaries are optional packages).
RUN npm ci --omit=dev --omit=optional --ignore-scripts
# Types, maps and documents are for people who read packages. Licences stay.
RUN find node_modules -type f \( -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.map' -o -name '*.md' \) \
    ! -iname '*licen[cs]e*' ! -iname '*notice*' ! -iname '*copying*' -delete

FROM ${NODE} AS system
WORKDIR /system
# The program, and the libraries that it is linked to, in their places.
RUN mkdir -p usr/local/bin && cp /usr/local/bin/node usr/local/bin/node \
    && for file in $(ldd usr/local/bin/node | grep -o '/[^ ]*'); do mkdir -p ".${file%/*}" && cp -L "$file" ".$file"; done
# What scanners ask for: which system, which packages. Their licences.
RUN mkdir -p etc var/lib/dpkg/status.d && cp -L /etc/os-release etc/os-release \
    && for package in libc6 libgcc-s1 libstdc++6 libatomic1; do \
         dpkg-query -s "$package" > "var/lib/dpkg/status.d/$package" && mkdir -p "usr/share/doc/$package" \
         && cp -L "/usr/share/doc/$package/copyright" "usr/share/doc/$package/copyright"; done
# Names come from /etc/hosts first. An account without a password, a home or a shell.
RUN printf 'hosts: files dns\n' > etc/nsswitch.conf \
    && printf 'rekey:x:10001:10001:Rekey:/app:/nonexistent\n' > etc/passwd && printf 'rekey:x:10001:\n' > etc/group
# A place for what `--tmpfs /tmp` or a volume mounts: files of people are put aside there while they are imported.
RUN mkdir -m 1777 tmp
# `rekey …`, the command line.
RUN printf '#!/usr/local/bin/node\nimport("/app/dist/src/cli/rekey.js");\n' > usr/local/bin/rekey && chmod 755 usr/local/bin/rekey

FROM scratch
LABEL org.opencontainers.image.title="Rekey" org.opencontainers.image.licenses="Apache-2.0"
ENV PATH=/usr/local/bin NODE_ENV=production HOST=0.0.0.0 PORT=8080 UV_THREADPOOL_SIZE=8
WORKDIR /app
COPY --from=system /system /
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
# By number: Kubernetes' runAsNonRoot knows no names. Nothing but /tmp is written to at run time: `--read-only --tmpfs /tmp` works.
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
# Alive, not ready: a restart would bring back neither PostgreSQL nor Redis. A worker answers too.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
