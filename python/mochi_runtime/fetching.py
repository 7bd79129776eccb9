"""Fetching: HTTP and files behind `fetch` (language.md §14)."""

from __future__ import annotations

from .errors import MochiError, shorten
from .jsontext import json_decode, to_json
from .system import read_file
from .text import ascending, to_str

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def fetch_text(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: object = None,
    query: Mapping[str, object] | None = None,
    timeout: float = 30.0,
) -> str:
    """The text of a file or of what a server answers; a failure or a status from 400 is error 1."""
    scheme = url.partition(":")[0].lower()
    if scheme in ("http", "https"):
        return http_text(url, method, dict(headers or {}), body, query or {}, timeout)
    return file_text(url)


def fetch_value(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: object = None,
    query: Mapping[str, object] | None = None,
    timeout: float = 30.0,
) -> object:
    """The same, decoded if it is JSON."""
    return json_or_text(
        fetch_text(
            url,
            method=method,
            headers=headers,
            body=body,
            query=query,
            timeout=timeout,
        )
    )


def json_or_text(text: str) -> object:
    """A body as what its JSON says, or as text."""
    try:
        found: object = json_decode(text)
    except MochiError:
        return text
    return found


def fetch_text_with(url: str, options: Mapping[str, object]) -> str:
    """Fetches with options that are found at run time."""
    given: dict[str, Any] = {}
    for name, kind, label in (
        ("method", str, "string"),
        ("headers", dict, "{string: string}"),
        ("query", dict, "{string: any}"),
        ("timeout", (int, float), "float"),
    ):
        value = options.get(name)
        if value is None:
            continue
        if not isinstance(value, kind) or isinstance(value, bool):
            raise MochiError(
                3, f"fetch option {name}: expected {label}, got {shorten(value)}"
            )
        given[name] = value
    return fetch_text(url, body=options.get("body"), **given)


def fetch_value_with(url: str, options: Mapping[str, object]) -> object:
    """The same, decoded if it is JSON."""
    return json_or_text(fetch_text_with(url, options))


def file_text(url: str) -> str:
    """The text of a file, named by a `file:` address or a bare path."""
    path = url
    if url[:5].lower() == "file:":
        from urllib.parse import urlsplit
        from urllib.request import url2pathname

        parts = urlsplit(url)
        if parts.netloc not in ("", "localhost"):
            raise MochiError(1, f"fetch {url}: a file on another machine")
        path = url2pathname(parts.path)
    elif "://" in url:
        raise MochiError(1, f"fetch {url}: http, https, file or a path is expected")
    try:
        return read_file(path)
    except MochiError as error:
        raise MochiError(1, f"fetch {url}: {error.message}") from None


def http_text(
    url: str,
    method: str,
    headers: dict[str, str],
    body: object,
    query: Mapping[str, object],
    timeout: float,
) -> str:
    """The text of a server's answer."""
    import http.client
    import urllib.error
    import urllib.parse
    import urllib.request

    if query:
        pairs = query_pairs(query)
        head, mark, fragment = url.partition("#")
        joint = "&" if "?" in head else "?"
        url = f"{head}{joint}{urllib.parse.urlencode(pairs)}{mark}{fragment}"
    data = body_bytes(body, headers)
    try:
        request = urllib.request.Request(
            ascii_address(url), data=data, headers=headers, method=method.upper()
        )
        with urllib.request.urlopen(request, timeout=timeout) as reply:
            content: bytes = reply.read()
            charset: str = reply.headers.get_content_charset("utf-8")
    except urllib.error.HTTPError as error:
        with error:
            raise MochiError(
                1, f"fetch {url}: status {error.code} {error.reason}".rstrip()
            ) from None
    except urllib.error.URLError as error:
        raise MochiError(1, f"fetch {url}: {error.reason}") from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise MochiError(1, f"fetch {url}: {error or type(error).__name__}") from None
    try:
        return content.decode(charset)
    except (LookupError, UnicodeError):
        return content.decode("utf-8", "replace")


def query_pairs(query: Mapping[str, object]) -> list[tuple[str, str]]:
    """The parameters of an address: one for each element of a list or set, none for none."""
    pairs: list[tuple[str, str]] = []
    for key, value in query.items():
        given: Any = value
        parts: Any = [given]
        if isinstance(value, (list, tuple)):
            parts = given
        elif isinstance(value, (set, frozenset)):
            parts = ascending(given)
        pairs += [(key, to_str(part)) for part in parts if part is not None]
    return pairs


def ascii_address(url: str) -> str:
    """An address with blanks and letters beyond ASCII written as percent escapes."""
    import urllib.parse

    return urllib.parse.quote(url, safe="%/:=&?~#+!$,;'@()*[]")


def body_bytes(body: object, headers: dict[str, str]) -> bytes | None:
    """What is sent: text and bytes as they are, other values as JSON."""
    if body is None:
        return None
    if isinstance(body, bytes):
        return body
    names = {name.lower() for name in headers}
    if isinstance(body, str):
        if "content-type" not in names:
            headers["Content-Type"] = "text/plain; charset=utf-8"
        return body.encode()
    if "content-type" not in names:
        headers["Content-Type"] = "application/json"
    return to_json(body).encode()
