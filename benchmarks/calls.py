"""The requests that the measurements send.

Owns their bytes. It must not know how they are sent.
"""

import msgspec

BASE = "/v1/sora"
KEY = "sk-bench"


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request; everything it says is in it, so that any client can send it."""

    path: str
    method: str = "POST"
    body: str = ""
    key: str = KEY

    @property
    def headers(self) -> dict[str, str]:
        """What the caller has to say beside Host and Content-Length."""
        return {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}

    def encode(self, port: int) -> bytes:
        """Return the request as it goes to a port of this machine."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        body = self.body.encode()
        if body:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body


def creation(key: str = KEY) -> Call:
    """Return the creation of a character by URL."""
    body = {"model": "sora-2-character", "url": "https://videos.example.com/cat.mp4", "timestamps": "5,8"}
    return Call(path=f"{BASE}/characters", body=msgspec.json.encode(body).decode(), key=key)


def generation(prompt: str, *, duration: int = 10, resolution: str = "1080p") -> Call:
    """Return the creation of a generation."""
    body = {"model": "sora-2", "prompt": prompt, "duration": duration, "resolution": resolution}
    return Call(path=f"{BASE}/generations", body=msgspec.json.encode(body).decode())


def poll(task: str) -> Call:
    """Return a look at a task."""
    return Call(path=f"{BASE}/generations/{task}", method="GET")


def download(task: str) -> Call:
    """Return the download of a task's clip."""
    return Call(path=f"{BASE}/generations/{task}/content", method="GET")
