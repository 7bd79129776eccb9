//! Small sources and what they can do.

use std::fmt::Write as _;

use super::{Capability, read_capabilities};

fn read(text: &str) -> String {
    let report = read_capabilities(text, "demo.part", false, &["demo"]);
    let mut out = String::new();
    for one in &report.uses {
        let _ = writeln!(out, "{} {} {}", one.capability, one.line, one.what);
    }
    if let Some(fault) = report.fault {
        let _ = writeln!(out, "fault: {fault}");
    }
    out
}

#[test]
fn words_are_read_back() {
    for one in Capability::ALL {
        assert_eq!(Capability::of_word(one.word()), Some(one));
    }
    assert!(Capability::ALL.map(Capability::word).is_sorted());
}

#[test]
fn uses_are_found_through_imports() {
    assert_eq!(
        read("import socket as s\n\ns.create_connection(('h', 1))\n"),
        "net 3 socket.create_connection\n"
    );
    assert_eq!(
        read("from urllib.request import urlopen\n"),
        "net 1 urllib.request.urlopen\n"
    );
    assert_eq!(
        read("import http.client\nc = http.client.HTTPConnection\n"),
        "net 2 http.client.HTTPConnection\n"
    );
    assert_eq!(
        read("def f():\n    import subprocess as p\n    p.run([])\n"),
        "proc 3 subprocess.run\n"
    );
    assert_eq!(
        read("import os\nos.path.join('a')\nos.path.exists('a')\n"),
        "fs 3 os.path.exists\n"
    );
    assert_eq!(read("import os\nos.system('ls')\n"), "proc 2 os.system\n");
    assert_eq!(
        read("import ctypes\nctypes.CDLL('x')\n"),
        "ctypes 2 ctypes.CDLL\n"
    );
    assert_eq!(
        read("from importlib import import_module\nimport_module('socket')\n"),
        "net 2 socket\n"
    );
    assert_eq!(read("__import__('subprocess')\n"), "proc 1 subprocess\n");
    assert_eq!(read("from socket import *\n"), "net 1 socket\n");
}

#[test]
fn branches_for_other_platforms_and_later_pythons_count() {
    for test in [
        "sys.platform == 'win32'",
        "sys.version_info >= (3, 14)",
        "not TYPE_CHECKING",
    ] {
        let text = format!("import sys\nif {test}:\n    open('x')\n");
        assert_eq!(read(&text), "fs 3 open\n", "{text}");
    }
}

#[test]
fn the_first_place_in_the_text_counts() {
    assert_eq!(
        read("def f(p):\n    return open(p)\n\n\ndef g(p):\n    return open(p)\n"),
        "fs 2 open\n"
    );
}

#[test]
fn modules_that_are_handed_on_count() {
    assert_eq!(read("import socket\n"), "net 1 import socket\n");
    assert_eq!(read("import socket\nf(socket)\n"), "net 2 socket\n");
}

#[test]
fn what_does_nothing_is_harmless() {
    for text in [
        "import socket\ntry:\n    pass\nexcept socket.timeout:\n    print(socket.AF_INET)\n",
        "from subprocess import CalledProcessError, PIPE\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import socket\n",
        "import socket\ndef f(s: socket.socket) -> socket.socket: ...\nprint(socket.AF_INET)\n",
        "def f(open, socket):\n    open(1)\n    socket.create_connection()\n",
        "def open(): ...\nopen()\n",
        "import os\nprint(os.environ, os.getpid(), os.path.join('a', 'b'))\n",
        "import socket\nsocket.AF_INET\ndef f(socket):\n    socket.timeout = 3\n",
        "if __name__ == '__main__':\n    open('x')\n",
        "if __name__ == '__main__':\n    import pty\n",
        "'import socket'\n# open('x')\n",
        "import sys\nif sys.version_info < (3, 9):\n    open('x')\n",
        "import sys\nif sys.version_info[0] == 2:\n    open('x')\nelif True:\n    pass\nelse:\n    open('x')\n",
        "import sys\nsys.modules['__main__'] = x\n",
    ] {
        assert_eq!(read(text), "", "{text}");
    }
}

#[test]
fn changes_of_others_are_monkey_patches() {
    for (text, found) in [
        (
            "import json\njson.dumps = f\n",
            "monkey-patch 2 json.dumps =\n",
        ),
        (
            "from http.cookies import Morsel\nMorsel._reserved = {}\n",
            "monkey-patch 2 http.cookies.Morsel._reserved =\n",
        ),
        (
            "import other\nsetattr(other, 'x', 1)\n",
            "monkey-patch 2 other.x =\n",
        ),
        (
            "import sys\nsys.modules['other'] = 1\n",
            "monkey-patch 2 sys.modules[\"other\"] =\n",
        ),
        (
            "import builtins\nbuiltins._ = str\n",
            "monkey-patch 2 builtins._ =\n",
        ),
        (
            "import other\ndel other.name\n",
            "monkey-patch 2 other.name =\n",
        ),
    ] {
        assert_eq!(read(text), found, "{text}");
    }
    for text in [
        "import demo.other\ndemo.other.x = 1\n",
        "from . import other\nother.x = 1\n",
        "import sys\nsys.stdout = x\nsys.modules['demo.x'] = y\nsys.modules[__name__] = z\n",
        "import logging\nlogging.raiseExceptions = False\n",
        "from other import current\ncurrent.user = 1\n",
        "import other\nx = other.make()\nx.name = 1\n",
    ] {
        assert_eq!(read(text), "", "{text}");
    }
}

#[test]
fn methods_count_where_their_module_is_imported() {
    assert_eq!(
        read("from pathlib import Path\ndef f(p: Path) -> str:\n    return p.read_text()\n"),
        "fs 3 .read_text()\n"
    );
    assert_eq!(read("def f(p):\n    return p.read_text()\n"), "");
    assert_eq!(
        read("import asyncio\nasync def f(loop):\n    await loop.create_connection(g)\n"),
        "net 3 .create_connection()\n"
    );
}

#[test]
fn imports_are_absolute_and_without_those_of_types() {
    let text = "from . import a\nfrom .b import c\nfrom ..d import e\nimport x.y\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import z\n";
    let report = read_capabilities(text, "demo.sub", true, &["demo"]);
    assert_eq!(
        report.imports,
        [
            "demo.d",
            "demo.d.e",
            "demo.sub",
            "demo.sub.a",
            "demo.sub.b",
            "demo.sub.b.c",
            "typing",
            "typing.TYPE_CHECKING",
            "x.y"
        ]
    );
}

#[test]
fn odd_sources_cost_no_more_than_themselves() {
    let deep = "(".repeat(100_000);
    assert_eq!(read(&deep), "fault: it nests too deeply\n");
    assert_eq!(
        read(&"not ".repeat(100_000)),
        "fault: it nests too deeply\n"
    );
    assert_eq!(
        read(&format!("x = {}1\n", "- ".repeat(100_000))),
        "fault: it nests too deeply\n"
    );
    assert!(read("print 'x'\nimport subprocess\nsubprocess.run([])\n").starts_with("proc 3"));
    let long = vec!["1"; 2_500].join(" + ");
    assert_eq!(read(&format!("x = {long}\n")), "");
    for text in [
        "\0",
        "\u{feff}import os\n",
        "class",
        "from ... import x",
        "def f(:\n",
        "match x:\n case",
    ] {
        let _ = read(text);
    }
}
