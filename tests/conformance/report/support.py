"""What the tests of reports share: a small contract, and lines, exchanges and facts with everything filled in."""

import msgspec

from sora_conformance.contract import Basis, Contract, Cost, Level, Rule, Side
from sora_conformance.exchanges import Evidence, Party, Request, Response
from sora_conformance.redacting import Redactor
from sora_conformance.report.summary import Run, summarise
from sora_conformance.report.write import report_texts
from sora_conformance.verdicts import Line, Verdict

HOSTILE = '</script></pre></details>"\'`<img src=x onerror="window.pwned=1"><!--<script>]]>&amp;\u2028\x1b[31m\x00'
"""What a server says that would like to run something."""


def rule(rule_id, level=Level.MUST, basis=Basis.DOCUMENTED, **changes):
    values = {"title": f"The `title` of {rule_id}.", "source": "FAQ", "side": Side.SERVER, "cost": Cost.FREE} | changes
    return Rule(id=rule_id, level=level, basis=basis, **values)


RULES = (
    rule("auth.scheme"),
    rule("auth.challenge", Level.SHOULD, Basis.PROTOCOL),
    rule("character.keeping", Level.MUST, Basis.ASSUMED, knob="keeping"),
    rule("character.delete", Level.MAY, Basis.ASSUMED),
    rule("error.shape"),
    rule("relay.price", untestable="Prices do not show on the wire."),
    rule("client.retry", side=Side.CLIENT),
)
CONTRACT = Contract(dialect="guide", version="1.2.3", base_path="/v1/sora", rules=RULES)
TESTABLE = tuple(rule.id for rule in RULES if rule.side == "server" and rule.untestable is None)


def exchange(body='{"model":"x"}', reply='{"error":{"code":"invalid_value"}}', status=400, **changes):
    values = {
        "party": Party.FIRST,
        "request": Request(
            method="POST",
            url="https://api.example.com/v1/sora/characters",
            headers={"authorization": "Bearer $SORA_API_KEY", "content-type": "application/json"},
            body=body,
        ),
        "response": Response(status=status, headers={"content-type": "application/json"}, body=reply),
        "failure": None,
        "seconds": 0.012,
    }
    return Evidence(**(values | changes))


def line(rule_id, verdict=Verdict.PASS, reason=None, *, case=None, **changes):
    found = CONTRACT.rule(rule_id)
    values = {"evidence": (exchange(),), "seconds": 0.02} if verdict is not Verdict.SKIP else {}
    return Line(
        case=case or f"table/{rule_id.replace('.', '/')}",
        rule=rule_id,
        level=found.level,
        basis=found.basis,
        verdict=verdict,
        reason=reason,
        **(values | changes),
    )


def untested():
    return line("relay.price", Verdict.NOT_APPLICABLE, "Prices do not show on the wire.", evidence=(), seconds=0.0)


def sound():
    """Return the lines of a server that keeps everything."""
    return [*(line(rule_id) for rule_id in TESTABLE), untested()]


def but(*lines):
    """Return the lines of a sound server with these in place of what it had for their rules."""
    changed = {line.rule for line in lines}
    return [line for line in sound() if line.rule not in changed] + list(lines)


RUN = Run(
    target="https://api.example.com/v1/sora",
    dialect="guide",
    contract_version="1.2.3",
    suite_version="9.9.9",
    seed=7,
    started=1790208000.0,
    seconds=12.5,
    calls=40,
    characters=3,
    generations=1,
    allowed=(Cost.FREE, Cost.CHARACTER),
)


def run(**changes):
    return msgspec.structs.replace(RUN, **changes)


def told(lines, stale=(), facts=RUN):
    """Return what every writer is given."""
    return CONTRACT, tuple(lines), summarise(CONTRACT, lines, facts, stale), facts


def texts(lines, redact=None, stale=(), facts=RUN):
    return report_texts(*told(lines, stale, facts), redact or Redactor({}))
