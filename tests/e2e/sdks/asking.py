"""SDKs to be asked: each in a process of its own, run by the interpreter that it is installed for."""

import json
import select
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.e2e.serving import SECONDS, clean_environment

HERE = Path(__file__).parent
INSTALLED = HERE.parents[2] / ".sdks"


class Wrong(Exception):  # noqa: N818 - it is the SDK's error, told
    """What an SDK raised: `name` is its class, `said` what it tells besides."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.name = error["class"]
        self.said = error


class Witness:
    """An SDK that answers calls, one at a time; what it complains of goes to the file `errors`."""

    def __init__(self, errors: Path, command: list[str], **variables: str) -> None:
        with errors.open("ab") as stderr:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                cwd=errors.parent,
                env=clean_environment(NO_PROXY="127.0.0.1", **variables),
            )
        self._errors = errors

    def ask(
        self,
        method: str,
        *of: str,
        key: str,
        client: Mapping[str, object] = {},
        files: Mapping[str, Path] = {},
        beyond: Mapping[str, object] = {},
        **given: object,
    ) -> Any:
        """Call a method and return its result; raise Wrong for an error.

        `client` are settings of the SDK's client, `files` files to upload, `beyond` what the method has no name for.
        """
        paths = {name: str(path) for name, path in files.items()}
        asked = {"method": method, "of": of, "key": key, "client": client, "files": paths, "beyond": beyond}
        print(json.dumps(asked | {"with": given}), file=self._process.stdin, flush=True)
        ready, _, _ = select.select([self._process.stdout], [], [], SECONDS)
        line = self._process.stdout.readline() if ready else ""
        assert line, self._errors.read_text(encoding="utf-8")
        answer = json.loads(line)
        if "error" in answer:
            raise Wrong(answer["error"])
        return answer["result"]

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
