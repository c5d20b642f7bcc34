import base64
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from sora_conformance.observe import running
from sora_conformance.observe.running import run

KEY = "sk-canary-0123456789abcdef0123456789abcdef"


def python(code, **options):
    return run([sys.executable, "-c", code], os.environ, key=KEY, **options)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that nobody has waited for is as good as gone.
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"


def gone(pid):
    until = time.monotonic() + 5
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return not alive(pid)


@pytest.mark.parametrize("code", [0, 1, 77])
def test_a_command_that_exits_keeps_its_code(code):
    ended = python(f"raise SystemExit({code})")
    assert (ended.exit_code, ended.signal, ended.misdeed) == (code, None, None)


def test_what_it_prints_passes_through_byte_by_byte(capfdbinary):
    noise = bytes(range(256)) * 300
    ended = python(
        "import sys; d = bytes(range(256)) * 300; sys.stdout.buffer.write(d); sys.stderr.buffer.write(d[::-1])"
    )
    out, err = capfdbinary.readouterr()
    assert (out, err) == (noise, noise[::-1])
    assert (ended.misdeed, ended.leaked) == (None, ())


def test_it_is_given_its_environment():
    ended = run([sys.executable, "-c", "import os; print(os.environ['A'])"], {**os.environ, "A": "bc"}, key=KEY)
    assert ended.last == "bc"


def test_the_last_lines_are_kept():
    ended = python("for n in range(30): print('line', n)\nprint('x' * 999)\nprint('no end', end='')")
    lines = ended.last.splitlines()
    assert len(lines) == 20
    assert (lines[0], lines[-1]) == ("line 12", "no end")
    assert len(lines[-2]) == 400


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["no-such-command-anywhere"], "'no-such-command-anywhere': No such file or directory"),
        (["/"], "'/': Permission denied"),
        (["a\0b"], "embedded null byte"),
        ([""], "'': "),
        ([], "'': "),
    ],
)
def test_a_command_that_cannot_be_started_has_not_started(argv, said):
    ended = run(argv, os.environ, key=KEY)
    assert (ended.misdeed, ended.exit_code) == ("not started", None)
    assert said in ended.detail


def test_a_file_that_is_no_program_has_not_started(tmp_path):
    file = tmp_path / "program"
    file.write_bytes(b"\x7fELF nonsense")
    file.chmod(0o755)
    assert run([str(file)], os.environ, key=KEY).misdeed == "not started"


def test_a_command_that_dies_of_a_signal_is_killed():
    ended = python("import os, signal; print('so long', flush=True); os.kill(os.getpid(), signal.SIGSEGV)")
    assert (ended.misdeed, ended.signal, ended.exit_code) == ("killed", "SIGSEGV", None)
    assert (ended.detail, ended.last) == ("the command died of SIGSEGV", "so long")


def test_a_command_that_prints_without_end_is_ended(capfdbinary):
    before = time.monotonic()
    ended = python("while True: print('y' * 99)", max_output=1_000_000)
    assert ended.misdeed == "flood"
    assert ended.detail == "the command printed more than 1000000 bytes"
    assert time.monotonic() - before < 10
    capfdbinary.readouterr()


def test_a_command_that_takes_too_long_is_ended():
    ended = python("import time; print('here', flush=True); time.sleep(60)", timeout=0.5)
    assert (ended.misdeed, ended.exit_code) == ("timeout", None)
    assert ended.detail == "the command was not through within 0.5 s"
    assert ended.seconds < 10


def test_who_does_not_heed_a_polite_end_is_killed(monkeypatch):
    monkeypatch.setattr(running, "END_SECONDS", 0.1)
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    ended = python(code, timeout=0.5)
    assert ended.misdeed == "timeout"
    assert ended.seconds < 10


STARTS_ANOTHER = (
    "import subprocess, sys; "
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']{}); print(p.pid, flush=True)"
)


def test_what_a_command_leaves_behind_does_not_hold_us_up_and_is_ended(monkeypatch):
    monkeypatch.setattr(running, "LINGER_SECONDS", 0.1)
    ended = python(STARTS_ANOTHER.format(""))
    assert (ended.exit_code, ended.misdeed) == (0, None)
    assert ended.seconds < 10
    assert gone(int(ended.last))


def test_what_leaves_the_group_does_not_hold_us_up(monkeypatch):
    monkeypatch.setattr(running, "LINGER_SECONDS", 0.1)
    ended = python(STARTS_ANOTHER.format(", start_new_session=True"))
    try:
        assert ended.exit_code == 0
        assert ended.seconds < 10
    finally:
        os.kill(int(ended.last), signal.SIGKILL)


def test_an_exception_ends_the_command(capfd):
    class Stop(BaseException):
        pass

    def stop(*_):
        raise Stop

    before = signal.signal(signal.SIGUSR1, stop)
    try:
        me = os.getpid()
        timer = threading.Timer(0.5, lambda: os.kill(me, signal.SIGUSR1))
        timer.start()
        with pytest.raises(Stop):
            python("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert gone(int(capfd.readouterr().out))


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        KEY.upper(),
        base64.b64encode(KEY.encode()).decode(),
        base64.b64encode(b"user:" + KEY.encode()).decode(),
        KEY.encode().hex(),
        "".join(f"%{byte:02X}" for byte in KEY.encode()),
    ],
)
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_key_that_is_printed_is_noticed_whatever_it_looks_like(stream, form, capfd):
    ended = python(f"import sys; sys.{stream}.write('before {form} after')")
    assert ended.leaked == (stream,)
    assert KEY not in ended.last
    # The user sees what it printed, all the same.
    assert form in "".join(capfd.readouterr())


def test_a_key_that_comes_in_pieces_is_noticed():
    half = len(KEY) // 2
    ended = python(
        f"import time\nprint('{KEY[:half]}', end='', flush=True)\ntime.sleep(.2)\nprint('{KEY[half:]}', flush=True)"
    )
    assert ended.leaked == ("stdout",)
    assert ended.last == "$CANARY"


def test_nobody_who_reads_is_no_harm_to_the_command(monkeypatch):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb", buffering=0) as broken:

        class Out:
            buffer = broken

        monkeypatch.setattr(sys, "stdout", Out())
        ended = python("print('x' * 200_000)\nprint('through')")
    assert (ended.exit_code, ended.misdeed) == (0, None)
    assert ended.last.endswith("through")
