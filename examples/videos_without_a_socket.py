"""The Videos API without a server: calls to the service that is no more are answered in this process."""

import httpx2

import sora_mock.inprocess

with sora_mock.inprocess.intercept() as sora:
    headers = {"Authorization": f"Bearer {sora.api_key}"}
    with httpx2.Client(base_url="https://api.openai.com/v1", headers=headers) as http:
        video = http.post("/videos", json={"prompt": "A lighthouse in the rain."}).raise_for_status().json()
        thumbnail = http.get(f"/videos/{video['id']}/content", params={"variant": "thumbnail"}).raise_for_status()
    print(video["id"], thumbnail.headers["content-type"], len(thumbnail.content))
    sora.journal.assert_called("createVideo", times=1)
