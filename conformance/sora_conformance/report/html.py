"""`report.html`: a run as one page that needs nothing but itself.

Owns the order of the page, its head, and what stops it from running anything but its own script. Rules and timings are
told elsewhere; the looks and the script lie in `assets`.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import resources

from sora_conformance.contract import Contract, Side
from sora_conformance.contract.markup import Html, inline, join, tag
from sora_conformance.report.html_evidence import Exhibits
from sora_conformance.report.html_marks import bar, mark
from sora_conformance.report.html_rules import filters, rules
from sora_conformance.report.html_timings import timings
from sora_conformance.report.summary import Run, Summary
from sora_conformance.report.words import (
    counted,
    expectations,
    joined,
    notable,
    sentence,
    short,
    span,
    title,
    to_look_at,
)
from sora_conformance.verdicts import Line, RuleVerdict, by_rule

SHOWN_REASON = 320
"""How many characters of a reason stand in the list of findings; the whole of it is beside the rule."""


def html_text(
    contract: Contract, lines: Sequence[Line], summary: Summary, run: Run, *, sections: Sequence[Html] = ()
) -> str:
    """Return the run as an HTML document; `sections` stand before all that is told of the rules."""
    found = by_rule(contract.rules, lines)
    exhibits = Exhibits()
    body = [
        _header(summary, run),
        tag(
            "main",
            *sections,
            _findings(to_look_at(found)),
            _unjudged(summary),
            tag(
                "section",
                tag("h2", "Rules"),
                filters(found),
                rules(contract, lines, exhibits),
                id="rules",
                **{"aria-label": "Rules"},
            ),
            timings(lines, run),
        ),
        _footer(contract, run),
        exhibits.data(),
        tag("script", Html(_asset("report.js"))),
    ]
    head = _head(f"{title(summary)} · {run.target}")
    return f"<!doctype html>\n{tag('html', tag('head', head), tag('body', *body), lang='en')}\n"


def _head(name: str) -> Html:
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return Html(
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        + tag("title", name)
        + tag("style", Html(style))
    )


_APIS = {"guide": "the Sora character API", "openai": "the Videos API", "relay": "the relays' character API"}
"""What each dialect is the API of."""


def _header(summary: Summary, run: Run) -> Html:
    said = expectations(summary)
    stale = [tag("p", f"Stale expectation: {text}", class_="lead") for text in summary.stale]
    return tag(
        "header",
        tag("p", f"Conformance to {_APIS.get(run.dialect, run.dialect)}", class_="kicker"),
        tag("h1", title(summary), class_=f"result {summary.result}"),
        tag("p", f"{sentence(summary)}.", class_="sentence"),
        *([] if said is None else [tag("p", f"{said}.", class_="sentence")]),
        *([] if run.lead is None else [tag("p", run.lead, class_="lead")]),
        *stale,
        bar(summary.rules),
        _facts(summary, run),
    )


def _facts(summary: Summary, run: Run) -> Html:
    started = datetime.fromtimestamp(run.started, UTC)
    facts = {
        "Target": tag("code", run.target),
        "When": tag("time", f"{started:%-d %B %Y, %H:%M} UTC", datetime=f"{started:%Y-%m-%dT%H:%M:%SZ}"),
        "Took": f"{span(run.seconds)}, {counted(run.calls, 'request')}",
        **_made(run),
        "Reachable": f"{summary.reachable:.0%} ({summary.judged} of {counted(summary.testable, 'rule')})",
        "Kept": f"{summary.achieved:.0%} ({summary.passed} of {summary.judged})",
        # Only what is asked of a server costs anything, and only a server has accounts.
        **(
            {"Allowed": joined(run.allowed), "Second key": "given" if run.second_key else "not given"}
            if run.side is Side.SERVER
            else {}
        ),
        "Strict": "yes" if run.strict else "no",
        "Seed": str(run.seed),
        "Contract": f"{run.dialect} {run.contract_version}",
        "Suite": run.suite_version,
    }
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in facts.items()), class_="facts")


def _made(run: Run) -> dict[str, str]:
    """Return what was made; nothing is, where a client was answered by a stage."""
    if run.side is Side.CLIENT and not run.characters and not run.generations:
        return {}
    return {"Made": f"{counted(run.characters, 'character')}, {counted(run.generations, 'generation')}"}


def _findings(found: Sequence[RuleVerdict]) -> Html:
    if not found:
        return Html("")
    items = [
        tag(
            "li",
            mark(verdict),
            tag(
                "div",
                tag("a", inline(verdict.rule.title), href=f"#{verdict.rule.id}"),
                *(tag("p", short(line.reason or "", SHOWN_REASON)) for line in notable(verdict)[:1]),
            ),
        )
        for verdict in found
    ]
    return tag("section", tag("h2", "To look at"), tag("ol", *items, class_="findings"), **{"aria-label": "To look at"})


def _unjudged(summary: Summary) -> Html:
    if not summary.unjudged:
        return Html("")
    items = [
        tag(
            "li",
            tag("span", str(len(group.rules)), class_="number"),
            tag("details", tag("summary", group.reason), tag("p", _links(group.rules))),
        )
        for group in summary.unjudged
    ]
    return tag("section", tag("h2", "Not judged"), tag("ul", *items, class_="unjudged"), **{"aria-label": "Not judged"})


def _links(rules: Sequence[str]) -> Html:
    return join((tag("a", rule, href=f"#{rule}") for rule in rules), between=" · ")


def _footer(contract: Contract, run: Run) -> Html:
    return tag(
        "footer",
        tag(
            "p",
            f"The {contract.dialect} dialect has {len(contract.rules)} rules. MUST, SHOULD and MAY as in RFC 2119. ",
        ),
        tag("p", "Verdicts come from verdicts.jsonl, which this page shows; sora-conformance ", run.suite_version, "."),
    )


def _asset(name: str) -> str:
    return (resources.files("sora_conformance.report") / "assets" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
