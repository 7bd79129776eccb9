"""A request that never leaves the process."""

import httpx


def answer(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text="you asked for " + request.url.path)


with httpx.Client(transport=httpx.MockTransport(answer), base_url="https://a.test") as client:
    for i in range(10):
        print(client.get(f"/{i}").text)
