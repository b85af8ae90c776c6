# Rekey in a container: its compiled code, the packages it needs to run, Node.js, and nothing else. Not yet proved by a build.

# Pinned: a rebuild of the same commit starts from the same base. Raise it with the `node` package in package.json.
FROM node:26.10.0-alpine3.22 AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The `node` package is for machines with an older Node.js; here it is the base, so no install script is needed.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/build.mjs
COPY migrations migrations
COPY openapi openapi
COPY src src
RUN node scripts/build.mjs

FROM node:26.10.0-alpine3.22 AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without development parts, and without the embedded PostgreSQL, which production refuses (`--omit=optional`: its binaries).
RUN npm ci --omit=dev --omit=optional --ignore-scripts
# Types, maps and documents are for people who read packages.
RUN find node_modules -type f \( -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.map' -o -name '*.md' \) -delete

FROM node:26.10.0-alpine3.22
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 UV_THREADPOOL_SIZE=8
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
RUN printf '#!/bin/sh\nexec node /app/dist/src/cli/rekey.js "$@"\n' > /usr/local/bin/rekey && chmod 755 /usr/local/bin/rekey
# Not root, and nothing of the image is written to at run time: `--read-only` works.
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
