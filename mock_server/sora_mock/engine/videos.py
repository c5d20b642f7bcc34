"""The rules of videos: what one may be asked to show, when it can be seen, and when it is gone.

Owns the checks that every creation of a video shares, and the looks at videos. What a contract offers comes with the
command; videos that are made from others are `derivation`'s.
"""

from collections.abc import Iterable
from itertools import islice

from sora_mock.engine import ids, limit, problems, video_problems
from sora_mock.engine.commands import CreateVideo, DeleteVideo, DownloadVideo, ListVideos, RetrieveVideo
from sora_mock.engine.decision import Decision, Page
from sora_mock.engine.effects import Fate
from sora_mock.engine.events import GenerationAccepted, GenerationDeleted
from sora_mock.engine.generation import FAILURES, NEVER, QUEUE_SHARE
from sora_mock.engine.lifecycle import Status, accepted_view, status_at, view_at
from sora_mock.engine.policy import Policy
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import Account, Generation, Origin
from sora_mock.engine.terms import Terms, chosen, counter_of, model_of
from sora_mock.engine.uploads import UploadedImage
from sora_mock.engine.usernames import mentioned_in, own_id

ENDED = frozenset({Status.COMPLETED, Status.EXPIRED, Status.FAILED})
WATCHABLE = frozenset({Status.COMPLETED, Status.EXPIRED})
"""What counts as completed where a video outlives its content."""

_NAMED = ((480, "480p"), (720, "720p"))


def create_video(account: Account, command: CreateVideo, now: int, policy: Policy) -> Decision:
    """Accept a video, or say why not (API reference, Create video)."""
    terms = command.terms
    prompt = check_prompt(command.prompt, terms, "video.prompt.required", "video.prompt.length")
    model = model_of(terms, command.model, "video.model.value")
    seconds = chosen(terms.seconds, "seconds", command.seconds)
    size = chosen(terms.sizes[terms.models[model]], "size", command.size)
    if command.reference is not None:
        _check_reference(command.reference, size)
    characters = _characters(account, command.characters, prompt, terms)
    return accept(
        account,
        terms,
        policy,
        now,
        model=model,
        prompt=prompt,
        seconds=int(seconds),
        size=size,
        characters=characters,
        reference=None if command.reference is None else command.reference.digest,
        fate=command.fate,
    )


def check_prompt(prompt: str | None, terms: Terms, required: str, length: str) -> str:
    """Return the prompt; raise Refused, by one of the two rules, when it is absent, empty or too long."""
    if prompt is None:
        raise Refused(problems.field_missing("prompt", required))
    if not 1 <= len(prompt) <= terms.max_prompt:
        raise Refused(video_problems.length_invalid("prompt", terms.max_prompt, len(prompt), length))
    return prompt


def accept(
    account: Account,
    terms: Terms,
    policy: Policy,
    now: int,
    *,
    model: str,
    prompt: str,
    seconds: int,
    size: str,
    characters: tuple[str, ...] = (),
    origin: Origin | None = None,
    reference: str | None = None,
    fate: Fate | None = None,
) -> Decision:
    """Accept a video that has passed all checks but that of the limit."""
    counter = counter_of(terms, model)
    most = terms.per_minute[counter]
    if wait := limit.wait(account.renders.get(counter, []), most, now):
        return Decision(video_problems.rate_limited(most, -(-wait // 1000)))
    count = account.count + 1
    work = policy.latency.generation.sample(lambda: ids.draw(account.seed, account.name, count, "generation"))
    ends_at = NEVER if fate == "stuck" else now + work
    generation = Generation(
        id=ids.video_id(account.seed, account.name, count),
        created_at=now,
        starts_at=now + work // QUEUE_SHARE,
        ends_at=ends_at,
        expires_at=ends_at + (0 if fate == "expired" else terms.lifetime),
        prompt=prompt,
        scenes=(),
        duration=seconds,
        resolution=named_resolution(size),
        characters=characters,
        failure=None if fate is None else FAILURES.get(fate),
        model=model,
        size=size,
        origin=origin,
        reference=reference,
    )
    return Decision(accepted_view(generation), (GenerationAccepted(now, generation, counter),))


def named_resolution(size: str) -> str:
    """Return the name of the resolution that comes nearest to a size such as `720x1280`."""
    lines = min(int(side) for side in size.split("x"))
    return next((name for most, name in _NAMED if lines <= most), "1080p")


def retrieve_video(account: Account, command: RetrieveVideo, now: int) -> Decision:
    """Show an own video as it is now."""
    return Decision(view_at(own(account, command.video_id, "video.retrieve.unknown"), now))


def download_video(account: Account, command: DownloadVideo, now: int, policy: Policy) -> Decision:
    """Show an own video whose content can be fetched now."""
    generation = own(account, command.video_id, "video.content.unknown")
    status = status_at(generation, now)
    if status is Status.EXPIRED:
        raise Refused(video_problems.video_expired(command.video_id, "video.content.expired"))
    if status is not Status.COMPLETED:
        absent = policy.unready_content == "not-found"
        raise Refused(video_problems.video_not_ready(status, "video.content.unready", absent=absent))
    return Decision(view_at(generation, now))


def delete_video(account: Account, command: DeleteVideo, now: int) -> Decision:
    """Let an own video be gone, unless it is still at work."""
    generation = own(account, command.video_id, "video.delete.unknown")
    status = status_at(generation, now)
    if status not in ENDED:
        problem = video_problems.video_not_completed(command.video_id, status, "video.delete.unfinished")
        raise Refused(problem)
    deleted = GenerationDeleted(now, command.video_id)
    return Decision(deleted, (deleted,))


def list_videos(account: Account, command: ListVideos, now: int) -> Decision:
    """Show a page of the own videos."""
    generations = account.generations
    names: Iterable[str] = reversed(generations) if command.newest_first else iter(generations)
    if command.after is not None:
        own(account, command.after, "video.list.after-unknown", param="after")
        for name in names:
            if name == command.after:
                break
    page = list(islice(names, command.limit + 1))
    views = tuple(view_at(generations[name], now) for name in page[: command.limit])
    return Decision(Page(views, has_more=len(page) > command.limit))


def own(account: Account, video_id: str, rule: str, *, param: str | None = None) -> Generation:
    """Return an own video; raise Refused when there is none of this id."""
    generation = account.generations.get(video_id)
    if generation is None:
        raise Refused(video_problems.video_not_found(video_id, rule, param=param))
    return generation


def _check_reference(reference: UploadedImage, size: str) -> None:
    if reference.defect is not None:
        raise Refused(video_problems.image_invalid(reference.defect, "video.input-reference.type"))
    if size != f"{reference.width}x{reference.height}":
        raise Refused(video_problems.image_mismatched("video.input-reference.dimensions"))


def _characters(account: Account, listed: tuple[str, ...], prompt: str, terms: Terms) -> tuple[str, ...]:
    if len(listed) > terms.max_characters:
        expected = f"at most {terms.max_characters} characters"
        rule = "video.characters.most"
        raise Refused(video_problems.value_invalid("characters", expected, str(len(listed)), rule))
    for number, character in enumerate(listed):
        param = f"characters[{number}].id"
        if own_id(character) not in account.characters:
            raise Refused(video_problems.character_not_found(character, "video.characters.unknown", param=param))
        name = account.names.get(own_id(character))
        if terms.names_required and name is not None and name not in prompt:
            expected = f"the name of every character, {problems.shown(name)} too"
            rule = "video.characters.named"
            raise Refused(video_problems.value_invalid("prompt", expected, "a prompt without it", rule))
    mentioned = mentioned_in(prompt, account.characters)
    return tuple(dict.fromkeys([*map(own_id, listed), *mentioned]))
