# The service as an image: no compiler, no test tools, a user without rights.

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
RUN useradd --system --uid 10001 monitor \
 && install -d -o monitor -g monitor /var/lib/monitor
ENV PATH=/opt/monitor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MONITOR_DATA_DIR=/var/lib/monitor \
    MONITOR_RULES_DIR=/srv/monitor/rules \
    MONITOR_SEEDS_DIR=/srv/monitor/seeds
USER monitor
VOLUME /var/lib/monitor
STOPSIGNAL SIGTERM
ENTRYPOINT ["monitor"]
CMD ["run"]
