"""The mock in a script: run `python examples/without_pytest.py`."""

import sora_mock

with sora_mock.running() as sora:
    print("serving on", sora.base_url)
    source = {"model": "sora-2-character", "url": "https://videos.sora-mock.test/hero.mp4", "timestamps": "5,8"}
    hero = sora.client.post("/characters", json=source).raise_for_status().json()["character_id"]

    # Generations take minutes, as they did on the real service; time does not.
    sora.settings.set(latency="generation=30..180")
    clip = {"model": "sora-2", "prompt": f"@{hero} walks in the rain.", "duration": 2, "resolution": "480p"}
    task = sora.client.post("/generations", json=clip).raise_for_status().json()
    print(task["id"], task["status"])
    sora.clock.advance(180)
    task = sora.client.get(f"/generations/{task['id']}").json()
    print(task["id"], task["status"])

    video = sora.client.get(task["video_url"]).content
    print("a clip of", len(video), "bytes")

    # A bad day.
    sora.faults.add("rate-limit", operation="createCharacter", first=1)
    print("a bad day:", [sora.client.post("/characters", json=source).status_code for _ in range(2)])
    print(sora.journal.report().splitlines()[-3].strip())
