# One image for every role: KEYTURN_ROLE chooses api, worker or eventstore.
FROM node:24-bookworm-slim AS build
WORKDIR /keyturn
COPY package.json package-lock.json ./
RUN npm install --no-save --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs --force && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production KEYTURN_HOST=0.0.0.0 KEYTURN_PORT=8080
WORKDIR /keyturn
COPY --from=build /keyturn/package.json ./
COPY --from=build /keyturn/node_modules ./node_modules
COPY --from=build /keyturn/dist ./dist
COPY --from=build /keyturn/bin ./bin
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/live').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/apps/keyturn/main.js"]
