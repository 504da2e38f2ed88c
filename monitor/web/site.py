"""What is answered: two probes, the metrics, one page. Everything else is a plain refusal."""

import hmac
import json
import time
from http import HTTPStatus

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from monitor.app import App
from monitor.config import is_loopback
from monitor.errors import StoreError
from monitor.web.health import Check, Grade, checks, worst
from monitor.web.lookout import Glance, Lookout, Standing, glance, standing
from monitor.web.meter import Meter
from monitor.web.metrics import CONTENT_TYPE_LATEST, expose
from monitor.web.page import Page

PATIENCE = 2.0
"""Seconds that a probe waits for the database."""

PAGE_PATIENCE = 4.0
"""Seconds that the page waits for the ledger to be folded."""

GLANCE_FOR = 1.0
STANDING_FOR = 5.0
"""Seconds for which what was seen is shown again; the whole ledger takes longer to read."""


class Site:
    def __init__(self, app: App, meter: Meter) -> None:
        self._app = app
        self._meter = meter
        self._page = Page(app.names())
        self._glances: Lookout[Glance] = Lookout(lambda: glance(app), fresh_for=GLANCE_FOR)
        self._standings: Lookout[Standing] = Lookout(lambda: standing(app), fresh_for=STANDING_FOR)
        self.style = self._page.style
        self.routes = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        self.routes.add_exception_handler(HTTPException, _refuse)
        for path, answer in {
            "/": self._status,
            "/healthz": self._alive,
            "/readyz": self._ready,
            "/metrics": self._metrics,
        }.items():
            self.routes.add_route(path, answer, methods=["GET"])

    def close(self) -> None:
        """Waits for looks that are under way."""
        self._glances.close()
        self._standings.close()

    # --- routes

    async def _alive(self, request: Request) -> Response:
        """The process answers: asks nothing and nobody, so that a database in trouble is no
        reason to restart it."""
        return PlainTextResponse("ok\n")

    async def _ready(self, request: Request) -> Response:
        found = self._checks(*await self._glance())
        grade = worst(found)
        lines = [{"status": grade}, *map(_check_line, found)]
        return Response(
            "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines),
            503 if grade is Grade.NOT_READY else 200,
            media_type="application/jsonl",
        )

    async def _metrics(self, request: Request) -> Response:
        refused = self._refused_metrics(request.headers.get("authorization", ""))
        if refused:
            return refused
        seen, _ = await self._glance()
        content = expose(self._meter.counts(), seen=seen, idle=self._idle(), pack=self._pack())
        return Response(content, media_type=CONTENT_TYPE_LATEST)

    async def _status(self, request: Request) -> Response:
        seen, trouble = await self._glance()
        known = await self._standing() if seen else None
        return HTMLResponse(self._page.render(seen, known, self._checks(seen, trouble)))

    # --- what stands

    async def _glance(self) -> tuple[Glance | None, str]:
        """What was seen, or why nothing was."""
        try:
            return await self._glances.see(within=PATIENCE), ""
        except TimeoutError:
            return None, f"no answer within {PATIENCE:g} s"
        except StoreError as error:
            return None, str(error)

    async def _standing(self) -> Standing | None:
        try:
            return await self._standings.see(within=PAGE_PATIENCE)
        except (TimeoutError, StoreError):
            return None

    def _checks(self, seen: Glance | None, trouble: str) -> list[Check]:
        return checks(seen, trouble=trouble, idle=self._idle(), pack=self._pack())

    def _idle(self) -> dict[str, float]:
        now = time.monotonic()
        return {job: now - at for job, at in dict(self._app.ticked).items()}

    def _pack(self) -> str:
        return self._app.pack.digest[:12]

    # --- who may scrape

    def _refused_metrics(self, authorization: str) -> Response | None:
        settings = self._app.settings
        if settings.metrics_token:
            expected = f"Bearer {settings.metrics_token}"
            if hmac.compare_digest(authorization.encode(), expected.encode()):
                return None
            return PlainTextResponse(
                "metrics want the token\n", 401, {"www-authenticate": "Bearer"}
            )
        if is_loopback(settings.host):
            return None
        return PlainTextResponse("set MONITOR_METRICS_TOKEN to serve metrics here\n", 403)


async def _refuse(request: Request, error: Exception) -> Response:
    # Never what was asked: it is a stranger's text.
    status = error.status_code if isinstance(error, HTTPException) else 500
    return PlainTextResponse(f"{HTTPStatus(status).phrase}\n", status)


def _check_line(check: Check) -> dict[str, str]:
    return {"check": check.name, "status": check.grade, "detail": check.detail}
