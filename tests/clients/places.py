"""Clients that go where they should not: other addresses, other hosts, redirects, servers that nobody vouches for."""

from contextlib import suppress
from urllib.parse import urlsplit

import httpx2

from sora_conformance.reference import async_driver
from sora_conformance.reference.outcomes import Failure, Outcome, Reply, Trouble
from sora_conformance.reference.wire import request_of
from tests.clients.seams import addressed, both, exchanging, http, patched, performing, respelled
from tests.clients.variant import Change, Faulty

PREFIX, EXCLUSIVE = "client.base-url.prefix", "client.base-url.exclusive"
KEY, DOWNGRADE, TLS, SOURCE = (
    "client.redirect.key",
    "client.redirect.downgrade",
    "client.tls.verified",
    "client.source.not-fetched",
)


def _as_given(_):
    return lambda base_url, _: base_url


def _home(url: str) -> str:
    return f"https://api.openai.com{url[url.index('/v1') :]}"


async def _telling_home(message, perform):
    async with httpx2.AsyncClient(trust_env=True, timeout=5) as other:
        with suppress(httpx2.HTTPError):
            await other.post("https://telemetry.example.test/calls", json={"op": message["op"]})
    return await perform(message)


def fetching(ask) -> Change:
    """Look at the source before a creation from a url; `ask` makes the request of the url and the key."""

    async def way(message, perform):
        url = message["args"].get("url")
        if url is not None:
            # Without the system's certificates, which take long to load: none is needed for plain http.
            async with httpx2.AsyncClient(trust_env=False, verify=False, timeout=5) as other:
                await other.send(ask(url, message["api_key"]))
        return await perform(message)

    return performing(way)


def following(when, *, key: bool = True, method=lambda call, status: call.method) -> Change:
    """Follow redirects: `when` says which, given the old and the new address; the key goes along if `key`."""

    async def way(client, call, exchange) -> Outcome:
        outcome = await exchange(client, call)
        old = client.base_url
        for _ in range(5):
            if not isinstance(outcome, Reply) or not 300 <= outcome.status < 400:
                break
            new = outcome.headers["location"]
            if not when(urlsplit(old), urlsplit(new)):
                break
            asked = method(call, outcome.status)
            request = respelled(
                request_of(call, client.base_url, client._core.secret),
                method=asked,
                url=new,
                **({} if asked == "POST" else {"content": None}),
            )
            if not key:
                request.headers.pop("authorization")
            reply = await client._http.send(request)
            outcome, old = Reply(status=reply.status_code, headers=dict(reply.headers), body=reply.content), new
        return outcome

    return exchanging(way)


def _as_browsers_do(call, status: int) -> str:
    return call.method if status in {307, 308} else "GET"


async def _trusting_in_the_end(client, call, exchange) -> Outcome:
    outcome = await exchange(client, call)
    if not isinstance(outcome, Failure) or outcome.trouble is not Trouble.UNTRUSTED:
        return outcome
    async with httpx2.AsyncClient(trust_env=False, verify=False) as careless:
        reply = await careless.send(request_of(call, client.base_url, client._core.secret))
    return Reply(status=reply.status_code, headers=dict(reply.headers), body=reply.content)


def _authorized(method: str):
    return lambda url, key: httpx2.Request(method, url, headers={"Authorization": f"Bearer {key}"})


FAULTY = (
    Faulty(
        "slash-doubled",
        PREFIX,
        "a slash at the end of the given address is doubled",
        patched(async_driver, "address_of", _as_given),
    ),
    Faulty(
        "prefix-lost",
        PREFIX,
        "the path of the given address is lost",
        addressed(lambda url: url.replace("/v1/sora", "")),
    ),
    Faulty(
        "only-the-host-kept",
        PREFIX,
        "of the given address only the host is kept",
        addressed(lambda url: f"http://{urlsplit(url).netloc}/v1/sora{url[url.index('/v1/sora') + 8 :]}"),
    ),
    Faulty("slash-at-the-end", PREFIX, "a slash stands behind every path", addressed(lambda url: f"{url}/")),
    Faulty(
        "version-doubled",
        PREFIX,
        "the version stands in the path twice",
        addressed(lambda url: url.replace("/v1/sora/", "/v1/sora/v1/")),
    ),
    Faulty(
        "generations-elsewhere",
        PREFIX,
        "generations go to `/videos`",
        addressed(lambda url: url.replace("/generations", "/videos"), only="/generations"),
    ),
    Faulty(
        "polls-elsewhere",
        PREFIX,
        "a task is asked for under `/tasks`",
        addressed(lambda url: url.replace("/generations/", "/tasks/"), only="/generations/"),
    ),
    Faulty(
        "default-host",
        EXCLUSIVE,
        "the given address is overlooked",
        both(addressed(_home), http(trust_env=True)),
    ),
    Faulty(
        "default-host-for-generations",
        EXCLUSIVE,
        "generations go to the default address",
        both(addressed(_home, only="/generations"), http(trust_env=True)),
    ),
    Faulty("telemetry", EXCLUSIVE, "another host is told of every call", performing(_telling_home)),
    Faulty("source-fetched", SOURCE, "the source is fetched with the key", fetching(_authorized("GET"))),
    Faulty(
        "source-looked-at", SOURCE, "the source's headers are asked for with the key", fetching(_authorized("HEAD"))
    ),
    Faulty(
        "source-fetched-by-query",
        SOURCE,
        "the source is fetched with the key in the query",
        fetching(lambda url, key: httpx2.Request("GET", f"{url}?api_key={key}")),
    ),
    Faulty("redirects-with-the-key", KEY, "redirects are followed with the key", following(lambda *_: True)),
    Faulty(
        "redirects-by-get-with-the-key",
        KEY,
        "redirects are followed with the key, those with 302 by GET",
        following(lambda *_: True, method=_as_browsers_do),
    ),
    Faulty(
        "generations-redirected-with-the-key",
        KEY,
        "redirects of generations are followed with the key",
        following(lambda old, new: new.path.endswith("/generations")),
    ),
    Faulty(
        "key-to-the-same-name",
        DOWNGRADE,
        "a redirect is followed with the key if only the host's name is the same",
        following(lambda old, new: old.hostname == new.hostname),
    ),
    Faulty(
        "key-on-downgrade",
        DOWNGRADE,
        "a redirect from https to http is followed with the key",
        following(lambda old, new: (old.scheme, new.scheme) == ("https", "http")),
    ),
    Faulty("certificates-unchecked", TLS, "certificates are not looked at", http(verify=False)),
    Faulty(
        "certificates-checked-once",
        TLS,
        "where a certificate is not valid it is tried without looking",
        exchanging(_trusting_in_the_end),
    ),
)
