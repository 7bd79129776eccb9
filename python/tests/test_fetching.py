"""`fetch` and `generate` (language.md §14), against servers of this machine."""

import contextlib
import http.server
import io
import json
import os
import pathlib
import tempfile
import threading
import unittest
from typing import Any
from unittest import mock

from mochi_runtime import fetching, generating
from mochi_runtime.cast import cast_entries, cast_field, cast_int
from mochi_runtime.errors import MochiError


class Answer(http.server.BaseHTTPRequestHandler):
    """Says what was asked, as JSON."""

    def do_GET(self) -> None:
        self.reply()

    def do_POST(self) -> None:
        self.reply()

    def reply(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size).decode()
        kind, status = "application/json", 200
        if self.path.startswith("/status/"):
            status = int(self.path.partition("?")[0].rpartition("/")[2])
            text = "why"
        elif self.path == "/latin":
            kind, text = "text/plain; charset=latin-1", "né"
        elif self.path.startswith("/text"):
            kind, text = "text/plain", "plain {text"
        elif self.path == "/v1/chat/completions":
            asked = json.loads(body)
            said = f"{asked['model']}: {asked['messages'][0]['content']}"
            said += f" {asked.get('temperature')} {self.headers['Authorization']}"
            text = json.dumps({"choices": [{"message": {"content": said}}]})
        elif self.path == "/v1/embeddings":
            text = json.dumps({"data": [{"embedding": [3, 4.0]}]})
        else:
            names = ("X-Test", "Content-Type")
            headers = {name: self.headers.get(name) for name in names}
            said = [self.command, self.path, headers, body]
            text = json.dumps(said)
        data = text.encode("latin-1" if "latin" in kind else "utf-8")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Nothing is logged."""


class Served(unittest.TestCase):
    """A server while a test runs."""

    def setUp(self) -> None:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        patch = mock.patch.dict(os.environ, {"no_proxy": "*"})
        patch.start()
        self.addCleanup(patch.stop)

    def fails(
        self, code: int, part: str, work: Any, *args: object, **named: object
    ) -> None:
        with self.assertRaises(MochiError) as caught:
            work(*args, **named)
        self.assertEqual(caught.exception.code, code)
        self.assertIn(part, caught.exception.message)


class Fetch(Served):
    """Requests, answers and failures."""

    def test_request(self) -> None:
        found: Any = fetching.fetch_value(
            f"{self.url}/a b?x=1",
            method="post",
            headers={"X-Test": "t"},
            body={"n": [1]},
            query={"q": "é&", "n": 2.0, "t": True},
        )
        path = "/a%20b?x=1&q=%C3%A9%26&n=2&t=true"
        headers = {"X-Test": "t", "Content-Type": "application/json"}
        self.assertEqual(found, ["POST", path, headers, '{"n":[1]}'])
        found = fetching.fetch_value_with(self.url, {"method": "POST", "body": "text"})
        self.assertEqual(found[3], "text")
        self.assertIn("text/plain", found[2]["Content-Type"])

    def test_lists_in_queries(self) -> None:
        query = {"id": [1, "b c"], "gone": None, "tag": {2, 1}, "no": []}
        found: Any = fetching.fetch_value(self.url, query=query)
        self.assertEqual(found[1], "/?id=1&id=b+c&tag=1&tag=2")

    def test_answers(self) -> None:
        self.assertEqual(fetching.fetch_value(f"{self.url}/text"), "plain {text")
        self.assertEqual(fetching.fetch_text(f"{self.url}/latin"), "né")
        self.assertTrue(fetching.fetch_text(self.url).startswith('["GET"'))

    def test_failures(self) -> None:
        fetch = fetching.fetch_value
        self.fails(1, "status 404", fetch, f"{self.url}/status/404")
        self.fails(1, "status 500", fetch, f"{self.url}/status/500")
        self.fails(1, "fetch http://127.0.0.1:1", fetch, "http://127.0.0.1:1/")
        self.fails(1, "fetch http://", fetch, "http://")
        self.fails(1, "http, https, file or a path", fetch, "ftp://x/y")
        self.fails(1, "missing.json", fetch, "missing.json")
        self.fails(1, "another machine", fetch, "file://other/x")
        self.fails(3, "timeout", fetching.fetch_text_with, self.url, {"timeout": "1"})

    def test_files(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "a b.json")
            path.write_text('{"a": 1}', encoding="utf-8")
            for url in (str(path), path.as_uri(), f"file:{path}"):
                self.assertEqual(fetching.fetch_value(url), {"a": 1}, url)
            self.assertEqual(fetching.fetch_text(str(path)), '{"a": 1}')


class Generate(Served):
    """Providers, the configured endpoint, replay, and answers that do not fit."""

    def setUp(self) -> None:
        super().setUp()
        generating.MODELS.clear()

    def test_echo_and_models(self) -> None:
        generating.declare_model("fast", provider="echo", name="m-1", temperature=0.5)
        self.assertEqual(generating.generate("echo", prompt="hi"), "hi")
        self.assertEqual(generating.generate("", prompt="hi", model="fast"), "hi")
        request = generating.make_request(
            "", {"prompt": "p", "model": "fast", "top_p": 1}
        )
        wanted = {"prompt": "p", "provider": "echo", "model": "m-1", "temperature": 0.5}
        self.assertEqual({name: request.given()[name] for name in wanted}, wanted)
        with self.assertRaises(AttributeError):
            request.prompt = "x"
        self.fails(8, "no model", generating.generate, "", prompt="x", model="slow")
        self.fails(8, "no provider", generating.generate, "", prompt="x")
        self.fails(
            8, "MOCHI_LLM_SOME_ONE_URL", generating.generate, "some-one", prompt="x"
        )

    def test_records(self) -> None:
        generating.declare_model("e", provider="echo")

        def cast(value: object) -> int:
            return cast_int(cast_field(cast_entries(value, "P"), "n", "P"))

        make = generating.generate_as
        self.assertEqual(make(cast, prompt='{"n": 3}', model="e"), 3)
        self.assertEqual(make(cast, prompt='```json\n{"n": 3}\n```', model="e"), 3)
        self.fails(8, "missing field n for P", make, cast, prompt="{}", model="e")
        self.fails(8, "malformed JSON", make, cast, prompt="no", model="e")
        embed = generating.generate_embedding
        self.assertEqual(embed(text="[3, 4]", model="e"), [3.0, 4.0])
        self.assertEqual(embed(text="[3, 4]", model="e", normalize=True), [0.6, 0.8])
        self.fails(8, "no array of numbers", embed, text="x", model="e")

    def test_endpoint(self) -> None:
        settings = {
            "MOCHI_LLM_LOCAL_URL": f"{self.url}/v1/",
            "MOCHI_LLM_LOCAL_KEY": "k",
        }
        with mock.patch.dict(os.environ, settings):
            said = generating.generate("local", prompt="hi", model="m", temperature=0.5)
            self.assertEqual(said, "m: hi 0.5 Bearer k")
            generating.declare_model("l", provider="local", name="m")
            self.assertEqual(
                generating.generate_embedding(text="t", model="l"), [3.0, 4.0]
            )
        for path, part in [
            ("", "another form"),
            ("/status/404?", "status 404"),
            ("/text?", "malformed JSON"),
        ]:
            with mock.patch.dict(os.environ, {"MOCHI_LLM_LOCAL_URL": self.url + path}):
                self.fails(8, part, generating.generate, "local", prompt="hi")
        with mock.patch.dict(os.environ, {"MOCHI_LLM_LOCAL_URL": "http://127.0.0.1:1"}):
            self.fails(8, "local: ", generating.generate, "local", prompt="hi")

    def test_registered(self) -> None:
        class Own:
            name = "own"

            def generate(self, request: generating.Request) -> str:
                if request.prompt == "fail":
                    raise ValueError("out of order")
                return f"{request.prompt}!"

        entry = mock.Mock(load=lambda: Own)
        entry.name = "own"
        with mock.patch("importlib.metadata.entry_points", return_value=[entry]):
            self.assertEqual(generating.generate("own", prompt="hi"), "hi!")
            self.fails(8, "out of order", generating.generate, "own", prompt="fail")

    def test_cassettes(self) -> None:
        number = 5381
        for byte in b"openai\x00m\x00hi \xc3\xa9":
            number = ((number * 33) % 2**64) ^ byte
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, f"{number}.txt").write_text(
                "said\n\n", encoding="utf-8"
            )
            with mock.patch.dict(os.environ, {"MOCHI_LLM_CASSETTE_DIR": folder}):
                said = generating.generate("openai", prompt="hi é", model="m")
                self.assertEqual(said, "said\n")
                with contextlib.redirect_stderr(io.StringIO()) as notes:
                    self.assertEqual(generating.generate("openai", prompt="other"), "")
                self.assertIn("no recorded answer", notes.getvalue())


if __name__ == "__main__":
    unittest.main()
