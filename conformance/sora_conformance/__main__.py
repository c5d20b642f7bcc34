"""`python -m sora_conformance`: the command `sora-conformance`."""

from sora_conformance.cli import main

main(prog_name="sora-conformance")
