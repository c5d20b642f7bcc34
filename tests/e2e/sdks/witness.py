"""A real Python SDK that is asked by lines of JSON: what to call goes in, what came of it comes out.

Run by the interpreter of the SDK, from the folder of the tests; it knows the SDK and nothing of this project. The
address of the API stands in OPENAI_BASE_URL.

    python witness.py openai|openai-async|litellm
"""

import asyncio
import hashlib
import inspect
import json
import os
import sys
import warnings
from pathlib import Path

import openai

KINDS = {".mp4": "video/mp4", ".png": "image/png"}


def openai_call(client_class):
    """Return a function that calls a method of the SDK's client, with a client of its own."""

    def call(asked):
        client = client_class(api_key=asked["key"], **asked["client"])
        target = client
        for name in asked["method"].split("."):
            target = getattr(target, name)
        beyond = {"extra_body": asked["beyond"]} if asked["beyond"] else {}
        if asked["method"] == "post":
            return target(*asked["of"], body=asked["with"], cast_to=object)
        return target(*asked["of"], **asked["with"], **files(asked), **beyond)

    return call


def litellm_call():
    """Return a function that calls a function of the library."""
    import litellm

    litellm.suppress_debug_info = True

    def call(asked):
        way = {"api_base": os.environ["OPENAI_BASE_URL"], "api_key": asked["key"], "custom_llm_provider": "openai"}
        given = asked["with"] | asked["client"]
        if asked["beyond"]:
            given["extra_body"] = asked["beyond"]
        opened = {name: Path(path).open("rb") for name, path in asked["files"].items()}  # noqa: SIM115 - it reads them
        return getattr(litellm, asked["method"])(*asked["of"], **way, **given, **opened)

    return call


def files(asked):
    """Return the files of a call as the SDK takes them."""
    paths = {name: Path(path) for name, path in asked["files"].items()}
    return {name: (path.name, path.read_bytes(), KINDS[path.suffix]) for name, path in paths.items()}


async def told(result):
    """Return a result as a JSON value; of a list every page, of a file its digest."""
    if inspect.isawaitable(result):
        result = await result
    if hasattr(result, "iter_pages"):
        items = [item async for item in result] if hasattr(result, "__aiter__") else list(result)
        return [item.model_dump(mode="json") for item in items]
    if hasattr(result, "content") and isinstance(result.content, bytes):
        result = result.content
    if isinstance(result, bytes):
        return {"sha256": hashlib.sha256(result).hexdigest(), "size": len(result)}
    if isinstance(result, list):
        return [item.model_dump(mode="json") for item in result]
    if hasattr(result, "model_dump"):
        request_id = getattr(result, "_request_id", None)
        return result.model_dump(mode="json") | ({"_request_id": request_id} if request_id else {})
    return result


def wrong(error):
    """Return what an error of the SDK says, as a JSON value."""
    names = ("status_code", "code", "param", "type", "request_id")
    said = {name: getattr(error, name, None) for name in names}
    return {"class": type(error).__name__, "message": str(error), **said}


def main(way):
    """Answer each line."""
    calls = {
        "openai": lambda: openai_call(openai.OpenAI),
        "openai-async": lambda: openai_call(openai.AsyncOpenAI),
        "litellm": litellm_call,
    }
    call = calls[way]()
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            try:
                # What does not await is called outside of the loop, as in any program.
                answer = {"result": runner.run(told(call(json.loads(line))))}
            except Exception as error:  # noqa: BLE001 - the tests judge what it is
                answer = {"error": wrong(error)}
            print(json.dumps(answer, default=str), flush=True)  # noqa: T201 - this is how it answers


warnings.simplefilter("ignore")
main(sys.argv[1])
