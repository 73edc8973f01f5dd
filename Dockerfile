# One image for every service: docker run … start billing
FROM node:20-bookworm-slim AS build
WORKDIR /orderflow
COPY package.json package-lock.json ./
# No scripts: the build is the one below. The optional packages stay, for esbuild's own program is one of them.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:20-bookworm-slim
WORKDIR /orderflow
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080
# The bundle holds all that the services need. Left out are lmdb and the PostgreSQL binaries, which only the embedded
# infrastructure uses: in containers, the event store and the databases are real ones.
COPY --from=build /orderflow/package.json ./
COPY --from=build /orderflow/bin/orderflow.js bin/
COPY --from=build /orderflow/dist dist
RUN ln -s /orderflow/bin/orderflow.js /usr/local/bin/orderflow
USER node
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=5 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/orderflow/bin/orderflow.js"]
CMD ["--help"]
