"""Language models behind `generate`: providers, configuration, replay (language.md §14)."""

from __future__ import annotations

import os
import sys

from .errors import MochiError, message_of
from .jsontext import json_decode, to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

MODELS: dict[str, dict[str, object]] = {}


class Request:
    """What a provider is asked: the fields of `generate` with the defaults of its model.

    Fields that were not given are None. Fields cannot be assigned.
    """

    __slots__ = (
        "args",
        "max_tokens",
        "model",
        "normalize",
        "prompt",
        "provider",
        "stop",
        "temperature",
        "text",
        "tool_choice",
        "tools",
        "top_p",
    )

    prompt: str
    text: str
    model: str
    provider: str

    def __init__(self, provider: str, fields: Mapping[str, object]) -> None:
        for name in self.__slots__:
            object.__setattr__(self, name, fields.get(name))
        for name in ("prompt", "text", "model"):
            object.__setattr__(self, name, str(fields.get(name) or ""))
        object.__setattr__(self, "provider", provider)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} of a request is read-only")

    def given(self) -> dict[str, object]:
        """The fields that have values."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in found.items() if value not in (None, "")}


def declare_model(model: str, /, **fields: object) -> None:
    """Defaults that `model: "…"` refers to."""
    MODELS[model] = {key: value for key, value in fields.items() if value is not None}


def make_request(provider: str, fields: Mapping[str, object]) -> Request:
    """The request for a provider; an empty one is that of the named model."""
    merged: dict[str, object] = {}
    wanted = fields.get("model")
    declared = MODELS.get(wanted) if isinstance(wanted, str) else None
    if declared is not None:
        merged.update(declared)
        merged["model"] = declared.get("name", "")
        provider = provider or str(declared.get("provider") or "")
    for name, value in fields.items():
        if value is not None and not (name == "model" and declared is not None):
            merged[name] = value
    if not provider:
        if wanted:
            raise MochiError(8, f'no model "{wanted}" with a provider is declared')
        raise MochiError(8, "no provider: name one, or a declared model")
    return Request(provider, merged)


def generate(provider: str, /, **fields: object) -> str:
    """The answer of a provider as text."""
    return answer(make_request(provider, fields))


def generate_as[T](cast: Callable[[object], T], /, **fields: object) -> T:
    """The answer parsed as JSON and cast; what does not fit is error 8."""
    text = answer(make_request("", fields))
    try:
        return cast(json_decode(unfenced(text)))
    except MochiError as error:
        raise MochiError(8, f"the answer does not fit: {error.message}") from None


def generate_embedding(**fields: object) -> list[float]:
    """The embedding of `text`: the answer as a JSON array of numbers."""
    request = make_request("", {"prompt": fields.get("text"), **fields})
    text = answer(request)
    try:
        found: Any = json_decode(text)
        made = [float(number) for number in found]
    except (MochiError, TypeError, ValueError):
        raise MochiError(8, "the answer is no array of numbers") from None
    if request.given().get("normalize") is True:
        length = sum(number * number for number in made) ** 0.5
        made = [number / length for number in made] if length else made
    return made


def unfenced(text: str) -> str:
    """An answer without the code fence that some models put around JSON."""
    stripped = text.strip()
    if stripped.startswith("```") and stripped.endswith("```") and len(stripped) > 6:
        return stripped[3:-3].partition("\n")[2]
    return text


def answer(request: Request) -> str:
    """What the provider answers, or what was recorded of it."""
    folder = os.environ.get("MOCHI_LLM_CASSETTE_DIR")
    if folder:
        return recorded(folder, request)
    provider = find_provider(request.provider)
    try:
        text: object = provider.generate(request)
    except MochiError as error:
        if error.code == 8:
            raise
        raise MochiError(8, f"{request.provider}: {error.message}") from None
    except Exception as error:
        raise MochiError(8, f"{request.provider}: {message_of(error)}") from error
    if not isinstance(text, str):
        raise MochiError(8, f"{request.provider} did not answer with text")
    return text


def cassette_number(provider: str, model: str, prompt: str) -> int:
    """The number under which an answer is recorded."""
    number = 5381
    for byte in f"{provider}\0{model}\0{prompt}".encode():
        number = (number * 33 % 2**64) ^ byte
    return number


def recorded(folder: str, request: Request) -> str:
    """A recorded answer less one final line break; a missing one is empty, with a note."""
    number = cassette_number(request.provider, request.model, request.prompt)
    path = os.path.join(folder, f"{number}.txt")
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read().removesuffix("\n")
    except FileNotFoundError:
        sys.stdout.flush()
        sys.stderr.write(f"note: no recorded answer: {path}\n")
        return ""
    except (OSError, UnicodeError) as error:
        raise MochiError(8, f"{path}: {error}") from None


class Echo:
    """The provider that answers the prompt."""

    name = "echo"

    def generate(self, request: Request) -> str:
        """The prompt itself."""
        return request.prompt


def find_provider(name: str) -> Any:
    """The provider of that name: registered by a package, configured, or `echo`."""
    from importlib.metadata import entry_points

    for entry in entry_points(group="mochi.providers"):
        if entry.name != name:
            continue
        try:
            loaded: Any = entry.load()
            return loaded() if isinstance(loaded, type) else loaded
        except Exception as error:
            raise MochiError(8, f"provider {name}: {error}") from error
    if name == "echo":
        return Echo()
    address = os.environ.get(f"MOCHI_LLM_{setting(name)}_URL")
    if address:
        return Endpoint(name, address, os.environ.get(f"MOCHI_LLM_{setting(name)}_KEY"))
    raise MochiError(
        8,
        f"no provider `{name}`: set MOCHI_LLM_{setting(name)}_URL to an endpoint, or install a "
        "package that registers it",
    )


def setting(name: str) -> str:
    """A provider's name as environment variables have it."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name).upper()


class Endpoint:
    """A provider behind an HTTP interface in the style of `POST /chat/completions`."""

    def __init__(self, name: str, address: str, key: str | None) -> None:
        self.name = name
        self.address = address.rstrip("/")
        self.key = key

    def generate(self, request: Request) -> str:
        """The first choice's text; for embeddings the numbers as JSON."""
        given = request.given()
        fields: dict[str, object] = {
            name: given[name]
            for name in (
                "model",
                "temperature",
                "top_p",
                "max_tokens",
                "stop",
                "tools",
                "tool_choice",
            )
            if name in given
        }
        try:
            if "text" in given:
                found = self.post("embeddings", {**fields, "input": request.text})
                return to_json(found["data"][0]["embedding"])
            messages = [{"role": "user", "content": request.prompt}]
            found = self.post("chat/completions", {**fields, "messages": messages})
            return str(found["choices"][0]["message"]["content"] or "")
        except (KeyError, IndexError, TypeError):
            raise MochiError(
                8, f"{self.name}: the endpoint's answer has another form"
            ) from None

    def post(self, path: str, fields: dict[str, object]) -> Any:
        """The JSON that the endpoint answers."""
        import http.client
        import urllib.error
        import urllib.request

        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        request = urllib.request.Request(
            f"{self.address}/{path}", to_json(fields).encode(), headers
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as reply:
                return json_decode(reply.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                detail = error.read(300).decode("utf-8", "replace").strip()
            raise MochiError(8, f"{self.name}: status {error.code} {detail}") from None
        except urllib.error.URLError as error:
            raise MochiError(8, f"{self.name}: {error.reason}") from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise MochiError(8, f"{self.name}: {error}") from None
