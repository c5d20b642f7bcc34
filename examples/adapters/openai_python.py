"""The official SDK for Python under test: `sora-conformance client --dialect openai -- python openai_python.py`.

It needs the package `openai`, 2 or 3, and nothing else. Tries, waits and limits are the SDK's own."""

import asyncio
import json
import os
import sys
from functools import cache
from pathlib import Path

# The SDK's own switch: what it logs goes to standard error, where the judge looks for keys.
os.environ.setdefault("OPENAI_LOG", "debug")

import openai
from openai.types import Video

KINDS = (  # the first that fits; JSONDecodeError is a ValueError, and a timeout an error of the connection
    (asyncio.CancelledError, "cancelled"), (openai.RateLimitError, "rate_limited"),
    ((openai.BadRequestError, openai.UnprocessableEntityError, openai.ConflictError), "invalid_request"),
    ((openai.AuthenticationError, openai.PermissionDeniedError), "auth"), (openai.NotFoundError, "not_found"),
    (openai.InternalServerError, "server"), (openai.APITimeoutError, "timeout"),
    (openai.APIConnectionError, "transport"),
    ((openai.APIResponseValidationError, json.JSONDecodeError), "protocol"), (openai.APIError, "other"),
    ((openai.OpenAIError, TypeError, ValueError), "local_validation"), (BaseException, "other"),
)  # fmt: skip


@cache  # all calls with the same address go through one client, as in a program
def client_for(base_url, api_key, timeout_s):
    limits = {} if timeout_s is None else {"timeout": timeout_s}
    return openai.AsyncOpenAI(base_url=base_url, api_key=api_key, **limits)


async def create_video(client, prompt, seconds, size, character_ids=()):
    # The method has no name for characters.
    more = {"extra_body": {"characters": [{"id": one} for one in character_ids]}} if character_ids else {}
    return {"video_id": of(await client.videos.create(prompt=prompt, seconds=seconds, size=size, **more))}


async def create_character(client, name, video):
    return {"character_id": of(await client.videos.create_character(name=name, video=Path(video)))}


async def remix(client, video_id, prompt):
    return {"video_id": of(await client.videos.remix(video_id, prompt=prompt))}


async def edit(client, video_id, **wishes):
    return {"video_id": of(await change(client, "/videos/edits", video_id, wishes))}


async def extend(client, video_id, **wishes):
    return {"video_id": of(await change(client, "/videos/extensions", video_id, wishes))}


async def change(client, path, video_id, wishes):
    # The typed methods refuse a video by its id, whatever their types say: they take a file.
    return await client.post(path, body={"video": {"id": video_id}, **wishes}, cast_to=Video)


async def retrieve(client, video_id):
    return {"video_id": of(await client.videos.retrieve(video_id))}


async def wait(client, video_id):
    return {"video_id": of(await client.videos.poll(video_id))}


async def list_videos(client):
    return {"video_ids": [of(video) for video in of(await client.videos.list(), "data") or ()]}


async def download(client, video_id):
    return {"bytes": len((await client.videos.download_content(video_id)).content)}


async def delete(client, video_id):
    return {"video_id": of(await client.videos.delete(video_id))}


def of(made, name="id"):
    # What the server left out, the SDK leaves out too: it checks no reply, and returns a page of HTML as a text.
    return getattr(made, name, None)


OPERATIONS = {each.__name__: each for each in (
    create_video, create_character, remix, edit, extend, retrieve, wait, download, delete,
)} | {"list": list_videos}  # fmt: skip


# ---- the talk -------------------------------------------------------------------------------------------------------
ABOUT = {
    "client": {
        "name": "openai for Python", "version": openai.__version__, "language": "python",
        "issues": "https://github.com/openai/openai-python/issues",
    },
    "capabilities": ["async", "concurrent", "cancel", "custom_ca", "custom_timeout", "log_capture"],
}  # fmt: skip


async def answer(call):
    try:
        client = client_for(call["base_url"], call["api_key"], call.get("timeout_s"))
        told = {"outcome": "ok", "value": await OPERATIONS[call["op"]](client, **call["args"])}
    except BaseException as error:  # noqa: BLE001 - whatever the client raises is its answer
        about = {"message": str(error), "class": type(error).__name__, "status": getattr(error, "status_code", None)}
        kind = next(kind for cls, kind in KINDS if isinstance(error, cls))
        told = {"outcome": "error", "error": {"kind": kind, **about}}
    say({"id": call["id"], **told})


def say(message):
    print(json.dumps(message), flush=True)


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
