"""What was not seen: why traffic says nothing of a rule, in words.

Owns, by rule, what would have shown it, or why no traffic can. It judges nothing.
"""

_WOULD = {
    "client.base-url.prefix": "any request would show it",
    "client.base-url.exclusive": "only a request that comes to the mock as to a proxy can show it",
    "client.request.no-listing": "a request to /characters would show it",
    "client.body.one-source": "a creation of a character would show it",
    "client.body.timestamps-with-url": "a creation from a url would show it",
    "client.body.timestamps-text": "a creation from a url would show it",
    "client.body.timestamps-checked": "only timestamps that should not have been sent can show it, and none were",
    "client.body.model": "a creation or a generation would show it",
    "client.body.clean": "a creation or a generation would show it",
    "client.body.seconds": "a video or an extension that states its seconds would show it",
    "client.body.upload": "a creation of a character would show it",
    "client.body.span": "a creation of a character would show it",
    "client.body.timestamps-always": "a creation of a character would show it",
    "client.body.json": "a creation or a generation would show it",
    "client.body.unicode": "a prompt with other letters than those of ASCII would show it",
    "client.auth.bearer": "a request with the key would show it",
    "client.auth.missing-key": "only a request that names no key, such as 'Bearer None', can show it, and none did",
    "client.auth.header-only": "any request would show it",
    "client.auth.key-hidden": "any request would show it",
    "client.mention.verbatim": "a prompt that names a character made before would show it",
    "client.request.once": "requests with an Idempotency-Key would show it; without one, a second call and a second "
    "request look the same",
    "client.request.keep-alive": "requests one after the other, with the connection kept, would show it",
    "client.source.not-fetched": "a creation from a video that the mock itself serves would show it",
    "client.retry.rate-limited": "a creation answered 429 that asks for 10 s at most would show it",
    "client.retry.retry-after": "a try after a 429 with Retry-After in seconds would show it",
    "client.retry.retry-after-date": "a try after a 429 with Retry-After as a date would show it",
    "client.retry.retry-after-cap": "a reply whose Retry-After is longer than a minute would show it",
    "client.retry.retry-after-garbage": "a 429 with a Retry-After that is no number would show it",
    "client.retry.retry-after-zero": "tries after Retry-After: 0 would show it",
    "client.retry.backoff": "three tries of one call without Retry-After would show it",
    "client.retry.bounded": "a call that is refused with 429 or 5xx until it is given up would show it",
    "client.retry.generations": "a generation answered 429 that asks for 10 s at most would show it",
    "client.retry.invalid": "a request answered 400 would show it",
    "client.retry.unauthorized": "a request answered 401 or 403 would show it",
    "client.retry.unknown-task": "a creation answered 404 would show it",
    "client.retry.processing-failed": "a creation answered 500 would show it",
    "client.retry.unavailable": "a reply of 502, 503 or 504 would show it",
    "client.retry.ambiguous": "a creation whose reply does not arrive whole would show it",
    "client.concurrency.falls": "requests at once before a 429, and some soon after it, would show it",
    "client.timeout.read": "a reply that never comes would show it",
    "client.timeout.patience": "a reply that takes 30 s, or one that is given up before, would show it",
}

_CANNOT = {
    "client.auth.explicit-key": "the command was given one key only",
    "client.request.cancelled": "traffic does not tell a cancelled call from one that is over",
    "client.concurrency.ids": "traffic does not show what a client tells its caller",
    "client.timeout.connect": "a connection that is not accepted leaves no traffic",
    "client.redirect.key": "the mock redirects nobody",
    "client.redirect.downgrade": "the mock redirects nobody",
    "client.tls.verified": "the traffic is plain HTTP",
}


def unseen(rule: str) -> str:
    """Return why a rule was not exercised."""
    if rule in _WOULD:
        return f"not exercised: {_WOULD[rule]}"
    cannot = _CANNOT.get(rule, "traffic does not show what a client tells its caller")
    return f"not exercised: {cannot}; `sora-conformance client` judges it"
