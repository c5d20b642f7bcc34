"""The library litellm under test: `sora-conformance client --dialect openai -- python litellm_library.py`.

It needs the package `litellm` and nothing else. Tries, waits and limits are the library's own."""

import asyncio
import json
import sys
from importlib.metadata import version
from pathlib import Path

import litellm
import openai
from litellm.types.videos.utils import extract_original_video_id

litellm.turn_on_debug()  # to standard error, where the judge looks for keys
ANSWERS, sys.stdout = sys.stdout, sys.stderr  # it prints advice beside errors

KINDS = (  # its errors are those of the package openai; the first that fits
    (asyncio.CancelledError, "cancelled"), (openai.RateLimitError, "rate_limited"),
    (openai.NotFoundError, "not_found"),
    ((openai.BadRequestError, openai.UnprocessableEntityError, openai.ConflictError), "invalid_request"),
    ((openai.AuthenticationError, openai.PermissionDeniedError), "auth"),
    ((openai.InternalServerError, litellm.ServiceUnavailableError, litellm.BadGatewayError), "server"),
    (openai.APITimeoutError, "timeout"), (openai.APIConnectionError, "transport"),
    ((openai.APIResponseValidationError, json.JSONDecodeError), "protocol"), (openai.APIError, "other"),
    ((openai.OpenAIError, TypeError, ValueError), "local_validation"), (BaseException, "other"),
)  # fmt: skip


async def create_video(way, character_ids=(), **wishes):
    more = {"extra_body": {"characters": [{"id": one} for one in character_ids]}} if character_ids else {}
    return {"video_id": of(await litellm.avideo_generation(model="sora-2", **wishes, **more, **way))}


async def create_character(way, name, video):
    with Path(video).open("rb") as file:  # noqa: ASYNC230 - it takes nothing but an open file
        return {"character_id": (await litellm.avideo_create_character(name=name, video=file, **way)).id}


async def remix(way, **wishes):
    return {"video_id": of(await litellm.avideo_remix(**wishes, **way))}


async def edit(way, **wishes):
    return {"video_id": of(await litellm.avideo_edit(**wishes, **way))}


async def extend(way, **wishes):
    return {"video_id": of(await litellm.avideo_extension(**wishes, **way))}


async def retrieve(way, video_id):
    return {"video_id": of(await litellm.avideo_status(video_id, **way))}


async def list_videos(way):
    found = await litellm.avideo_list(**way)
    return {"video_ids": [extract_original_video_id(video["id"]) for video in found["data"]]}


async def download(way, video_id):
    return {"bytes": len(await litellm.avideo_content(video_id, **way))}


def of(video):
    # It gives ids of its own, in which the server's is wrapped; the judge knows the server's.
    return extract_original_video_id(video.id)


OPERATIONS = {each.__name__: each for each in (
    create_video, create_character, remix, edit, extend, retrieve, download,
)} | {"list": list_videos}  # fmt: skip


# ---- the talk -------------------------------------------------------------------------------------------------------
ABOUT = {
    "client": {
        "name": "litellm", "version": version("litellm"), "language": "python",
        "issues": "https://github.com/BerriAI/litellm/issues",
    },
    # A call that is refused is not tried again, even where num_retries is set: that is for completions.
    "capabilities": ["async", "concurrent", "cancel", "custom_ca", "custom_timeout", "log_capture", "single_try"],
}  # fmt: skip


async def answer(call):
    given = {"api_key": call["api_key"], "timeout": call.get("timeout_s")}
    way = {"api_base": call["base_url"], "custom_llm_provider": "openai"}
    way |= {name: value for name, value in given.items() if value is not None}
    try:
        told = {"outcome": "ok", "value": await OPERATIONS[call["op"]](way, **call["args"])}
    except BaseException as error:  # noqa: BLE001 - whatever the library raises is its answer
        about = {"message": str(error), "class": type(error).__name__, "status": getattr(error, "status_code", None)}
        kind = next(kind for cls, kind in KINDS if isinstance(error, cls))
        told = {"outcome": "error", "error": {"kind": kind, **about}}
    say({"id": call["id"], **told})


def say(message):
    print(json.dumps(message), file=ANSWERS, flush=True)


async def main():
    running = {}
    while line := await asyncio.to_thread(sys.stdin.readline):
        message = json.loads(line)
        if message["cmd"] == "hello":
            say({"protocol": 1, "operations": [*OPERATIONS], **ABOUT})
        elif message["cmd"] == "call":
            running[message["id"]] = asyncio.create_task(answer(message))
        elif message["cmd"] == "cancel":
            running[message["id"]].cancel()
        elif message["cmd"] == "stop":
            break


asyncio.run(main())
