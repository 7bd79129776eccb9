//! `mochi repl`: entries from a pipe, and at a pseudo-terminal.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::path::Path;

use mochi_test::process::Finished;

fn repl(input: &str) -> Finished {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("more.mochi"),
        "export fun twice(n: int): int { return n * 2 }\n",
    )
    .unwrap();
    let mochi = support::mochi("interactive");
    mochi.run(folder.path(), &["repl"], input).unwrap()
}

/// Entries that all run, and what they print.
fn shows(input: &str, output: &str) {
    let done = repl(input);
    assert_eq!(done.stdout, output, "{}", done.stderr);
    assert_eq!((done.exit, done.stderr.as_str()), (0, ""));
}

/// What follows these texts, which must come in this order.
#[track_caller]
fn behind<'a>(said: &'a str, texts: &[&str]) -> &'a str {
    let mut left = said;
    for text in texts {
        let found = left.split_once(text);
        assert!(found.is_some(), "no {text} in\n{left}");
        left = found.unwrap().1;
    }
    left
}

#[test]
fn values_are_shown_and_definitions_stay() {
    shows(
        "1 + 2\nlet x = 41\nx + 1\nfun f(n: int): int {\n  return n * x\n}\n\nf(2)\n\"text\"\nprint(\"hi\")\nnone\n",
        "3\n42\n82\ntext\nhi\nnil\n",
    );
    shows("", "");
    shows("1 // no line end", "1\n");
}

#[test]
fn what_was_entered_keeps_its_state() {
    shows(
        "var n = 0\nfun next(): int {\n  n = n + 1\n  return n\n}\nnext()\nnext()\nn\nvar xs = [1]\nlet ys = xs\nxs = append(xs, 2)\nys\nxs\nfun grow() { xs = append(xs, 3) }\nlet zs = xs\ngrow()\nzs\nxs\n",
        "1\n2\n2\n[1]\n[1, 2]\n[1, 2]\n[1, 2, 3]\n",
    );
}

#[test]
fn statements_of_several_lines_are_entries() {
    shows(
        "if 1 > 2 {\n  print(1)\n} else {\n  print(2)\n}\nfor i in 0..2 {\n  print(i)\n}\n/* a\ncomment */\n[1,\n 2]\ntry {\n  print(1 / len(\"\"))\n}\ncatch e { print(e.message) }\n",
        "2\n0\n1\n[1, 2]\ndivision by zero\n",
    );
}

#[test]
fn names_can_be_declared_anew() {
    shows(
        "let x = 1\nfun f(): int { return x }\nlet x = \"a\"\nx\nf()\nfun f(): string { return x }\nf()\n",
        "a\n1\na\n",
    );
    let done = repl("type P { a: int }\nlet p = P { a: 1 }\np\ntype P { b: int }\nP { b: 2 }\np\n");
    assert_eq!(
        done.stdout,
        "{\"__name\": \"P\", \"a\": 1}\n{\"__name\": \"P\", \"b\": 2}\n"
    );
    assert!(
        done.stderr
            .starts_with("warning: [2] does not fit any more, and what it declared is forgotten\n"),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr.contains("undefined variable: p"),
        "{}",
        done.stderr
    );
}

#[test]
fn errors_have_frames_and_the_session_goes_on() {
    let done = repl(
        "pint(1)\nlet x: int = \"a\"\n10 / len(\"\")\nlet y = 1 / len(\"\")\ny\nfun f() {\n7\n}\nfun g(n: int): int { return 1 / n }\ng(0)\n:nope\n:type\n\"end\"\n",
    );
    assert_eq!(done.exit, 1);
    assert_eq!(done.stdout, "end\n");
    for text in [
        "error[T003]: unknown function: pint",
        "  --> [1]:1:1",
        "1 | pint(1)",
        "  --> [2]:1:14",
        "[3]:1:1: error 5 (DIVZERO): division by zero\n  at [3]:1:1 in the program\n",
        "undefined variable: y",
        "error[P065]",
        "[7]:1:29: error 5 (DIVZERO): division by zero\n  at [8]:1:1 in the program\n  at [7]:1:29 in g\n",
        "there is no command :nope",
        "of what? write :type EXPRESSION",
    ] {
        assert!(done.stderr.contains(text), "no {text} in\n{}", done.stderr);
    }
}

#[test]
fn modules_and_asynchronous_code_work() {
    shows(
        "import python \"math\" as math\nmath.sqrt(16.0)\nimport \"./more\" as more\nmore.twice(4)\nimport python \"asyncio\" as asyncio\nasync fun wait(): int {\n  await asyncio.sleep(0.001)\n  return 3\n}\nawait wait()\n:type math.floor(1.5)\n:type [1]\n:quit\nprint(1)\n",
        "4\n8\n3\nint\n[int]\n",
    );
}

#[test]
fn what_later_entries_do_is_not_ruled_out() {
    shows(
        "type K { a: int }\nlet k = K { a: 1 }\nlet ks = set{k}\nlen(ks)\nfun depth(n: int): int { if n == 0 { return 0 } return 1 + depth(n - 1) }\ndepth(150000)\nlet t = 1\n  + 2\nt\n",
        "1\n150000\n3\n",
    );
    shows(
        "import python \"asyncio\" as asyncio\nlet queue: asyncio.Queue<int> = asyncio.Queue()\nawait queue.put(3)\nlet event = asyncio.Event()\nevent.set()\nawait queue.get()\nawait event.wait()\n",
        "3\ntrue\n",
    );
}

#[test]
fn using_without_a_block_holds_until_the_end() {
    shows(
        concat!(
            "import python \"io\" as io\n",
            "import python \"contextlib\" as contextlib\n",
            "using f = io.StringIO(\"a\") {\n  f.read()\n  print(f.closed)\n}\n",
            "let other = contextlib.ExitStack()\n",
            "other.callback(fun() => print(\"other left\"))\n",
            "using first = contextlib.ExitStack()\n",
            "first.callback(fun() => print(\"first left\"))\n",
            "using f = io.StringIO(\"b\")\nprint(f.closed)\n",
            "let x = io.StringIO(\"c\")\n  .read()\nx\n",
            "using f = io.StringIO(\"d\")\nfun rest(): string { return f.read() }\nrest()\n",
            "using g = f\nusing h = other\ng.closed\nimport python \"math\" as math\nmath.floor(2.5)\n",
            "type P { a: int }\nP { a: 1 }.a\nvar n = 1\nn = n + 1\nn\nfor i in 0..1 { print(i) }\n",
        ),
        "false\n<fun>\n<fun>\nfalse\nc\nd\nfalse\n2\n1\n2\n0\nother left\nfirst left\n",
    );
    let done = repl("import python \"io\" as io\nusing f = io.StringIO(\"a\") as string\n1\n");
    assert_eq!(done.stdout, "1\n", "{}", done.stderr);
    assert_eq!(done.exit, 1, "{}", done.stderr);
}

#[test]
fn what_is_open_at_the_end_is_closed() {
    let agents = "agent A {\n  var n: int = 0\n  intent add(): int {\n    n = n + 1\n    return n\n  }\n  on close {\n    print(\"closed\", n)\n  }\n}\n";
    let uses = "let a = A {}\na.add()\na.add()\n";
    shows(&format!("{agents}{uses}"), "1\n2\nclosed 2\n");
    let done = repl(&format!(
        "{agents}{uses}import python \"sys\" as sys\nsys.exit(3)\n"
    ));
    assert_eq!((done.exit, done.stdout.as_str()), (3, "1\n2\nclosed 2\n"));
    let failing = "import python \"contextlib\" as contextlib\nusing s = contextlib.ExitStack()\ns.callback(fun() => print(1 / len(\"\")))\n";
    let done = repl(failing);
    assert_eq!(done.exit, 1, "{}", done.stderr);
    assert!(done.stderr.contains("division by zero"), "{}", done.stderr);
    shows(
        "import python \"contextlib\" as contextlib\nusing await s = contextlib.AsyncExitStack()\ns.callback(fun() => print(\"left\"))\nprint(1)\n",
        "<fun>\n1\nleft\n",
    );
}

#[test]
fn the_program_may_end_the_session() {
    let done = repl(
        "import python \"sys\" as sys\nsys.stderr.write(\"said\\n\")\nsys.exit(4)\nprint(1)\n",
    );
    assert_eq!(
        (done.exit, done.stdout.as_str(), done.stderr.as_str()),
        (4, "5\n", "said\n")
    );
}

#[test]
fn registry_packages_can_be_imported_on_the_way() {
    shows(
        "let x = 1\nimport python \"iniconfig\" as ini\nini.SectionWrapper.lineof\nx\n",
        "<fun lineof>\n1\n",
    );
}

#[test]
fn functions_wait_for_those_that_they_call() {
    let done = repl(concat!(
        "fun is_even(n: int): bool { return if n == 0 { true } else { is_odd(n - 1) } }\n",
        "is_even(3)\n",
        "fun lost(): int { return never() }\n",
        "fun is_odd(n: int): bool {\n  return if n == 0 { false } else { is_even(n - 1) }\n}\n",
        "is_even(3)\n",
        "fun f(): int { return g() + 1 }\n",
        "fun g(): int { return 1 / len(\"\") }\n",
        "f()\n",
        "fun g(): int { return 5 }\n",
        "f()\n",
        "fun slip() { pint(3) }\n",
        "fun slip() { print(3) }\n",
        "slip()\n",
        "fun wrong(): int { return never() + \"\" }\n",
    ));
    assert_eq!(done.stdout, "false\n6\n3\n", "{}", done.stderr);
    assert_eq!(done.exit, 1);
    let texts = [
        "`is_even` waits until `is_odd` is declared\n",
        "error[T003]: unknown function: is_even\n  --> [2]:1:1\n",
        "note:\n  `is_even` waits until `is_odd` is declared\n\nhelp:",
        "`lost` waits until `never` is declared\n",
        "`is_odd` waits until `is_even` is declared\n",
        "`is_even` and `is_odd` are declared now\n",
        "`f` waits until `g` is declared\n`f` is declared now\n",
        "[7]:1:23: error 5 (DIVZERO): division by zero\n",
        "  at [6]:1:23 in f\n  at [7]:1:23 in g\n",
        "`slip` waits until `pint` is declared; did you mean `print`?\n",
        "`wrong` waits until `never` is declared\n",
        // At the end, what still waits was refused.
        "error[T003]: unknown function: never\n  --> [3]:1:26\n",
        "error[T003]: unknown function: never\n  --> [14]:1:27\n",
    ];
    let said = behind(&done.stderr, &texts);
    assert!(!said.contains("T003"), "{said}");
}

#[test]
fn functions_that_waited_for_each_other_keep_their_places() {
    let done = repl(concat!(
        "fun a(n: int): int { if n == 0 { return 1 / n } return b(n - 1) }\n",
        "let f = a\n",
        "fun b(n: int): int { return a(n) }\n",
        "a(1)\n",
        "type T { n: int }\n",
        "fun c(t: T): int { return d(t) }\n",
        "fun d(t: T): int { return if t.n == 0 { 0 } else { c(T { n: 0 }) } }\n",
        "d(T { n: 1 })\n",
        "fun c(t: T, more: int): int { return more }\n",
    ));
    assert_eq!(done.stdout, "0\n", "{}", done.stderr);
    let texts = [
        "error[T002]: undefined variable: a\n  --> [2]:1:9\n",
        "note:\n  `a` waits until `b` is declared\n",
        "`a` and `b` are declared now\n",
        "[1]:1:41: error 5 (DIVZERO): division by zero\n",
        "  at [4]:1:1 in the program\n  at [1]:1:56 in a\n  at [3]:1:29 in b\n  at [1]:1:41 in a\n",
        "warning: [7] does not fit any more, and what it declared is forgotten\n",
    ];
    behind(&done.stderr, &texts);
}

#[test]
fn what_waited_and_is_wrong_is_refused() {
    let done = repl(concat!(
        "fun a(): int { return 1 + b() }\n",
        "fun b(): string { return \"x\" }\n",
        "a()\n",
        "b()\n",
        "fun c(): int { return (d)() }\n",
        "fun d(): int { return c() + e() }\n",
        "fun e(): string { return \"\" }\n",
        "c()\n",
    ));
    assert_eq!(done.stdout, "x\n", "{}", done.stderr);
    assert_eq!(done.exit, 1);
    let texts = [
        "`a` waits until `b` is declared\n",
        "error[T020]: operator `+` cannot be used on types int and string\n  --> [1]:1:25\n",
        "error[T003]: unknown function: a\n  --> [3]:1:1\n",
        "`c` waits until `d` is declared\n",
        "`d` waits until `c` and `e` are declared\n",
        "error[T020]: operator `+` cannot be used on types int and string\n  --> [6]:1:27\n",
        "error[T003]: unknown function: c\n  --> [8]:1:1\n",
    ];
    let said = behind(&done.stderr, &texts);
    // Nothing waits at the end.
    assert!(!said.contains("error"), "{said}");
}

#[test]
fn files_are_entered_and_words_of_other_sessions_answered() {
    let folder = support::folder(&[(
        "part.mochi",
        "fun a(n: int): int { return if n == 0 { 0 } else { b(n - 1) } }\nfun b(n: int): int { return a(n) + 1 }\nprint(\"loaded\")\n",
    )]);
    let mochi = support::mochi("interactive");
    let input = ":load part.mochi\na(4)\n:load nowhere.mochi\nexit()\nquit\nfun exit() { print(1) }\nexit()\n";
    let done = mochi.run(folder.path(), &["repl"], input).unwrap();
    assert_eq!(done.stdout, "loaded\n4\n1\n", "{}", done.stderr);
    let ends = ":quit or Ctrl-D ends the session, :help tells more\n";
    assert!(
        done.stderr.starts_with("cannot read nowhere.mochi: ")
            && done.stderr.ends_with(&format!("\n{ends}{ends}")),
        "{}",
        done.stderr
    );
    assert_eq!(done.exit, 1);
}

/// Lines to type, each after what is waited for; then what must have been seen.
#[cfg(unix)]
const TERMINAL: &str = r#"
import os, pty, select, sys, time
binary, cache, folder = sys.argv[1:4]
pid, fd = pty.fork()
if pid == 0:
    os.chdir(folder)
    os.execve(binary, ["mochi", "repl"], dict(os.environ, TERM="xterm", MOCHI_CACHE_DIR=cache))
seen = ""
def wait(text):
    global seen
    end = time.time() + 60
    while text not in seen:
        if time.time() > end:
            sys.exit(f"no {text!r} in {seen!r}")
        if select.select([fd], [], [], 0.1)[0]:
            try:
                seen += os.read(fd, 4096).decode(errors="replace")
            except OSError:
                if text not in seen:
                    sys.exit(f"the end, and no {text!r} in {seen!r}")
    seen = seen.split(text, 1)[1]
def type(text):
    os.write(fd, text.encode())
wait("[1]> ")
type("1 + 1\r"); wait("\n2"); wait("[2]> ")
type("let answer = 42\r"); wait("[3]> ")
type("answ\t\r"); wait("\n42"); wait("[4]> ")
type("import python \"math\" as math\r"); wait("[5]> ")
type("math.sqr\t(9.0)\r"); wait("\n3"); wait("[6]> ")
type("let x = \x03"); wait("interrupted"); wait("[6]> ")
type("while true {\r"); wait("> ")
type("}\r"); time.sleep(1.5)
type("\x03"); wait("interrupted"); wait("[7]> ")
type("answer + 1\r"); wait("\n43"); wait("[8]> ")
type("\x1b[A\r"); wait("\n43"); wait("[9]> ")
type("type P { name: string }\r"); wait("[10]> ")
type("fun made(n: int): [P] { return [P { name: str(n) }] }\r"); wait("[11]> ")
type("made(3)[0].n\t\r"); wait("\n3"); wait("[12]> ")
type("agent Bell { var rung: int = 0 intent ring(): int { rung = rung + 1 return rung } }\r"); wait("[13]> ")
type("let bell = Bell {}\r"); wait("[14]> ")
type("bell.r\t()\r"); wait("\n1"); wait("[15]> ")
type("import python \"datetime\" as datetime\r"); wait("[16]> ")
type("datetime.date(2024, 5, 6).replace(year = 2020).isof\t()\r"); wait("\n2020-05-06"); wait("[17]> ")
type("\x04")
while True:
    try:
        if not os.read(fd, 4096):
            break
    except OSError:
        break
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"#;

#[cfg(unix)]
#[test]
fn at_a_terminal_lines_are_edited_completed_and_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let cache = tempfile::tempdir().unwrap();
    let script = folder.path().join("terminal.py");
    std::fs::write(&script, TERMINAL).unwrap();
    let mut command = std::process::Command::new("python3");
    let arguments = [
        script.as_path(),
        Path::new(env!("CARGO_BIN_EXE_mochi")),
        cache.path(),
        folder.path(),
    ];
    let done = command.args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    let history = std::fs::read_to_string(cache.path().join("history")).unwrap();
    assert!(
        history.starts_with("1 + 1\0let answer = 42\0"),
        "{history:?}"
    );
}
