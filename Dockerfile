# One image for every role: KEYTURN_ROLE chooses api, worker or eventstore. The agent has one of its own: --target agent.
FROM node:24-bookworm-slim AS build
WORKDIR /keyturn
COPY package.json package-lock.json ./
RUN npm install --no-save --no-audit --no-fund
COPY . .
RUN node scripts/bundle-agent.mjs && node scripts/build.mjs --force && npm prune --omit=dev --no-audit --no-fund

# The on-premises agent: one file, Node.js, and nothing of the platform.
FROM node:24-bookworm-slim AS agent
ENV NODE_ENV=production AGENT_DATA_DIR=/var/lib/keyturn-agent
COPY --from=build /keyturn/dist/agent/keyturn-agent.mjs /usr/local/bin/keyturn-agent
RUN mkdir -m 700 /var/lib/keyturn-agent && chown node:node /var/lib/keyturn-agent && chmod 755 /usr/local/bin/keyturn-agent
USER node
VOLUME /var/lib/keyturn-agent
CMD ["keyturn-agent"]

FROM node:24-bookworm-slim
ENV NODE_ENV=production KEYTURN_HOST=0.0.0.0 KEYTURN_PORT=8080
WORKDIR /keyturn
COPY --from=build /keyturn/package.json /keyturn/LICENSE /keyturn/NOTICE ./
COPY --from=build /keyturn/node_modules ./node_modules
COPY --from=build /keyturn/dist ./dist
COPY --from=build /keyturn/bin ./bin
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/live').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/apps/keyturn/main.js"]
