# The server and the parmana command. Outside Docker the same steps run as `node scripts/image-steps.mjs`.
FROM node:20.20.2-bookworm-slim AS build
RUN npm install --global --no-audit --no-fund pnpm@10.34.9
WORKDIR /source
# Packages are fetched by the lock file alone, so that this layer is kept while sources change.
COPY pnpm-lock.yaml pnpm-workspace.yaml .npmrc ./
RUN pnpm fetch
COPY . .
RUN pnpm install --frozen-lockfile --prefer-offline
RUN pnpm exec turbo run build --filter=@parmanasystems/server-app
RUN node scripts/image-files.mjs /image
WORKDIR /image
RUN pnpm install --prod --frozen-lockfile --prefer-offline --filter=@parmanasystems/server-app...

FROM node:20.20.2-bookworm-slim
LABEL org.opencontainers.image.title="Parmana" \
      org.opencontainers.image.description="Governed execution: a signed policy decides, once, and anyone can verify it later" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/parmanasystems/parmana"
ENV NODE_ENV=production \
    PARMANA_HOST=0.0.0.0 \
    PARMANA_HOME=/var/lib/parmana
# What installs packages is not needed any more. The home belongs to the user of the process, the program to nobody it runs as.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* \
    && install --directory --owner=node --group=node --mode=0700 /var/lib/parmana \
    && ln -s /app/packages/cli/dist/bin.js /usr/local/bin/parmana
COPY --from=build /image /app
WORKDIR /app
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "/app/apps/server/dist/healthcheck.js"]
# Node is process 1, obeys SIGTERM, and answers what is under way first.
ENTRYPOINT []
CMD ["node", "/app/apps/server/dist/main.js"]
