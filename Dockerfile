# The service as an image: no compiler, no test tools, a user without rights. Its root may be
# read-only: what it writes goes into the volume and into /tmp.

FROM python:3.12-slim AS build
WORKDIR /build
COPY requirements.lock .
# The lock's wheels, each checked against its hash; what is installed below comes from them alone.
RUN pip download --no-cache-dir --only-binary :all: --require-hashes -r requirements.lock -d wheels
COPY pyproject.toml README.md ./
COPY monitor monitor
RUN pip install --no-index --find-links wheels setuptools \
 && python -m venv /opt/monitor \
 && pip --python /opt/monitor/bin/python install \
      --no-index --find-links wheels --no-build-isolation .

FROM python:3.12-slim
COPY --from=build /opt/monitor /opt/monitor
COPY rules /srv/monitor/rules
COPY seeds /srv/monitor/seeds
# Numbers of its own, so that a volume belongs to it wherever it is mounted.
RUN groupadd --system --gid 10001 monitor \
 && useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/monitor --no-create-home \
      --shell /usr/sbin/nologin monitor \
 && install -d -m 700 -o monitor -g monitor /var/lib/monitor
# 0.0.0.0 is the container's own network; who reaches it from outside is said where the port is
# published. docker-compose.yml publishes it on the host's loopback address alone.
ENV PATH=/opt/monitor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MONITOR_HOST=0.0.0.0 \
    MONITOR_PORT=8787 \
    MONITOR_DATA_DIR=/var/lib/monitor \
    MONITOR_RULES_DIR=/srv/monitor/rules \
    MONITOR_SEEDS_DIR=/srv/monitor/seeds
# A number, so that an orchestrator can see without asking the image that it is not root.
USER 10001:10001
VOLUME /var/lib/monitor
EXPOSE 8787
STOPSIGNAL SIGTERM
# The image's own Python, for there is no curl; http.client, for it asks no proxy.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["/opt/monitor/bin/python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['MONITOR_PORT']), timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["monitor"]
CMD ["run"]
