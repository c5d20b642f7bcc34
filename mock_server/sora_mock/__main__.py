"""`python -m sora_mock` is the command `sora-mock`."""

from sora_mock.cli import main

main(prog_name="sora-mock")
