"""The end of a task's time: one completed task is looked at shortly before its expiry and shortly after.

Owns the jump in time. It needs a clock that can be advanced: a day is waited for by nobody.
"""

from typing import Any

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Party
from sora_conformance.server import tasks
from sora_conformance.server.cases import CLOCK, Price
from sora_conformance.server.matching import shown
from sora_conformance.server.stage import Stage, status_of, told
from sora_conformance.server.survey import Sightings, Survey

LIFETIME = 86_400
"""Seconds for which the contract lets a completed task live."""

ROUNDING = 1
"""Seconds that two instants, each rounded, may be off."""

MARGIN = 120
"""Seconds before and after the expiry at which the task is looked at: more than pass between completion and the look
that sees it."""


def explore(stage: Stage, seen: Sightings) -> None:
    """Let a completed task pass its expiry, and note what is seen of each rule."""
    task = stage.new_task(prompt="Dew on a web, seen from near")
    done = stage.retrieve(task)
    body = done.object or {}
    seen.note("generation.lifetime", states_a_day(body), done)
    lifetime = _stated(body)
    stage.wire.waiting.wait(float(lifetime - MARGIN))
    before = stage.retrieve(task)
    seen.note("generation.lifetime", _still(before.status, status_of(before), "completed"), before)
    stage.wire.waiting.wait(2.0 * MARGIN)
    after = stage.retrieve(task)
    seen.note("generation.lifetime", _still(after.status, status_of(after), "expired"), after)
    if after.status == 200 and after.object is not None:
        seen.note("generation.result.link", tasks.link(after.object), after)
        seen.note("generation.lifecycle.order", tasks.order([body, before.object or {}, after.object]), done, after)
        seen.note("generation.lifecycle.words", tasks.words([after.object]), after)
        seen.note("generation.reply.shape", tasks.shape(after.object), after)
    content = stage.wire.call("GET", f"/generations/{task}/content", refusal="task_not_found")
    gone = [] if content.status == 404 else [f"expected the video to be gone with 404, found {told(content)}"]
    seen.note("generation.content.unknown", gone, content)
    link = body.get("video_url")
    if isinstance(link, str) and "://" in link:
        late = stage.wire.call("GET", link, party=Party.NOBODY, refusal="link_expired")
        findings = [] if late.status == 403 else [f"expected 403 for a link past its time, found {told(late)}"]
        seen.note("generation.result.signed", findings, late)


def states_a_day(task: dict[str, Any]) -> list[str]:
    """Expect a completed task to state an expiry 24 h after its completion."""
    lifetime = _lifetime(task)
    if lifetime is None or abs(lifetime - LIFETIME) > ROUNDING:
        instants = f"{shown(task.get('completed_at'))} and {shown(task.get('expires_at'))}"
        return [f"expected expires_at {LIFETIME} s after completed_at, found {instants}"]
    return []


def _lifetime(task: dict[str, Any]) -> int | None:
    start, end = task.get("completed_at"), task.get("expires_at")
    return end - start if type(start) is int and type(end) is int else None


def _stated(task: dict[str, Any]) -> int:
    """Return the lifetime to go by: the stated one, if a run can wait for it."""
    stated = _lifetime(task)
    if stated is None:
        return LIFETIME
    if not 2 * MARGIN <= stated <= 30 * LIFETIME:
        raise inconclusive(f"time: a task that lives for {stated} s is not waited for")
    return stated


def _still(code: int | None, status: str | None, wanted: str) -> list[str]:
    when = "before" if wanted == "completed" else "after"
    if status == wanted:
        return []
    found = repr(status) if code == 200 else f"an answer with {code}"
    return [f"expected {wanted} {MARGIN} s {when} the stated expiry, found {found}"]


EXPIRY = Survey(
    name="expiry",
    rules=(
        "generation.lifetime",
        "generation.result.link",
        "generation.result.signed",
        "generation.content.unknown",
        "generation.lifecycle.words",
        "generation.lifecycle.order",
        "generation.reply.shape",
    ),
    explore=explore,
    cost=Cost.GENERATION,
    price=Price(calls=24, generations=1),
    needs=frozenset({CLOCK}),
    alone=True,
)
