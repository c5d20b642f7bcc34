"""What the engine's tests share: a short way to run commands against an account, and strategies for them."""

from collections.abc import Sequence

from hypothesis import strategies as st

from sora_mock.engine.commands import (
    Command,
    CreateCharacter,
    CreateGeneration,
    CreateNamedCharacter,
    CreateRelayCharacter,
    CreateVideo,
    DeleteVideo,
    DeriveVideo,
    DownloadGeneration,
    DownloadVideo,
    ListVideos,
    RetrieveCharacter,
    RetrieveGeneration,
    RetrieveVideo,
)
from sora_mock.engine.decide import decide
from sora_mock.engine.decision import Decision
from sora_mock.engine.events import CharacterCreated
from sora_mock.engine.evolve import evolve
from sora_mock.engine.lifecycle import View
from sora_mock.engine.policy import Policy
from sora_mock.engine.problems import Problem
from sora_mock.engine.state import Account, Scene
from sora_mock.engine.terms import Choice, Terms
from sora_mock.engine.uploads import UploadedClip

NOW = 1_700_000_000_000
POLICY = Policy()
VIDEO = "https://videos.sora-mock.test/hero.mp4"

TERMS = Terms(
    models={"small": "few", "small-2": "few", "large": "many"},
    per_minute={"few": 2, "many": 50},
    seconds=Choice(values=("4", "8"), rule="video.seconds.value", disputed={"16": "video.seconds.long"}),
    sizes={
        "few": Choice(values=("720x1280",), rule="video.size.value"),
        "many": Choice(values=("720x1280", "1024x1792"), rule="video.size.value"),
    },
    extension_seconds=Choice(values=("4", "20"), rule="video.extension.seconds-value"),
    lifetime=3_600_000,
    max_prompt=50,
)
UPLOAD = UploadedClip(digest="0" * 64, seconds=3.0, width=1280, height=720)


def an_account(name: str = "alice", seed: int = 0) -> Account:
    return Account(name=name, seed=seed)


def run(account: Account, command: Command, now: int = NOW, policy: Policy = POLICY) -> Decision:
    """Decide a command and fold what happened, as a log would."""
    decision = decide(account, command, now, policy)
    for event in decision.events:
        evolve(account, event)
    return decision


def refused(account: Account, command: Command, now: int = NOW, policy: Policy = POLICY) -> Problem:
    outcome = run(account, command, now, policy).outcome
    assert isinstance(outcome, Problem)
    return outcome


def from_url(url: str = VIDEO, timestamps: str = "5,8", **changes: object) -> CreateCharacter:
    return CreateCharacter(**{"model": "sora-2-character", "url": url, "timestamps": timestamps} | changes)


def from_task(task_id: str, **changes: object) -> CreateCharacter:
    return CreateCharacter(**{"model": "sora-2-character", "from_task": task_id} | changes)


def a_clip(prompt: str | None = "a quiet street", **changes: object) -> CreateGeneration:
    return CreateGeneration(**{"model": "sora-2", "prompt": prompt} | changes)


def made_character(account: Account, now: int = NOW, policy: Policy = POLICY) -> str:
    outcome = run(account, from_url(), now, policy).outcome
    assert isinstance(outcome, CharacterCreated)
    return outcome.character_id


def accepted_task(account: Account, command: CreateGeneration, now: int = NOW, policy: Policy = POLICY) -> str:
    outcome = run(account, command, now, policy).outcome
    assert isinstance(outcome, View)
    return outcome.generation.id


def a_video(prompt: str | None = "a quiet street", **changes: object) -> CreateVideo:
    return CreateVideo(**{"terms": TERMS, "model": "large", "prompt": prompt} | changes)


def derived(kind: str, source: str | UploadedClip | None, **changes: object) -> DeriveVideo:
    return DeriveVideo(**{"terms": TERMS, "kind": kind, "source": source, "prompt": "at night"} | changes)


def accepted_video(account: Account, command: Command, now: int = NOW, policy: Policy = POLICY) -> str:
    outcome = run(account, command, now, policy).outcome
    assert isinstance(outcome, View), outcome
    return outcome.generation.id


def named_character(account: Account, name: str = "Mia", now: int = NOW, policy: Policy = POLICY) -> str:
    outcome = run(account, CreateNamedCharacter(name=name, clip=UPLOAD), now, policy).outcome
    assert isinstance(outcome, CharacterCreated), outcome
    return outcome.character_id


def commands_about(ids: Sequence[str]) -> st.SearchStrategy[Command]:
    """Any command, well-formed or not, that may mention any of the given character or task ids."""
    some_id = st.sampled_from(ids) if ids else st.just("char_0")
    prompts = st.lists(st.one_of(some_id.map("@{}".format), st.sampled_from(["walks", "@home", "@char_"]))).map(
        " ".join
    )
    maybe = st.none()
    return st.one_of(
        st.builds(
            CreateCharacter,
            model=st.sampled_from(["sora-2-character", "sora-2", None]),
            url=st.sampled_from([VIDEO, VIDEO + "?status=404", VIDEO + "?length=2", "nonsense", None]),
            timestamps=st.sampled_from(["5,8", "0,1", "8,5", "x", None]),
            from_task=st.one_of(maybe, maybe, some_id),
        ),
        st.builds(
            CreateRelayCharacter,
            model=st.sampled_from(["sora-2-character", None]),
            url=st.sampled_from([VIDEO, "nonsense", None]),
            timestamps=st.sampled_from(["5,8", "0,9", "x", None]),
            from_task=st.one_of(maybe, maybe, some_id),
        ),
        st.builds(
            CreateGeneration,
            model=st.sampled_from(["sora-2", None]),
            prompt=st.one_of(maybe, prompts),
            scenes=st.one_of(maybe, maybe, st.lists(st.builds(Scene, prompts, st.integers(0, 30))).map(tuple)),
            duration=st.one_of(maybe, st.integers(-1, 70)),
            resolution=st.sampled_from(["720p", "8k", None]),
        ),
        st.builds(RetrieveGeneration, some_id),
        st.builds(DownloadGeneration, some_id),
        st.builds(RetrieveVideo, some_id),
        st.builds(DownloadVideo, some_id),
        st.builds(DeleteVideo, some_id),
        st.builds(RetrieveCharacter, some_id),
        st.builds(
            ListVideos,
            limit=st.integers(0, 5),
            newest_first=st.booleans(),
            after=st.one_of(maybe, some_id),
        ),
        st.builds(
            CreateVideo,
            terms=st.just(TERMS),
            model=st.sampled_from(["large", "small", "none", None]),
            prompt=st.one_of(maybe, prompts),
            seconds=st.sampled_from(["4", "16", None]),
            characters=st.lists(some_id, max_size=3).map(tuple),
        ),
        st.builds(
            DeriveVideo,
            terms=st.just(TERMS),
            kind=st.sampled_from(["remix", "edit", "extension"]),
            source=st.one_of(maybe, some_id, st.just(UPLOAD)),
            prompt=prompts,
            seconds=st.sampled_from(["4", "20", None]),
        ),
        st.builds(
            CreateNamedCharacter,
            name=st.sampled_from(["Mia", " ", None]),
            clip=st.sampled_from([UPLOAD, UploadedClip(defect="no"), None]),
        ),
    )
