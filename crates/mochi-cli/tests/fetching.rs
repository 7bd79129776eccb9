//! `fetch` and `generate` against a server of this machine: what is asked, and what becomes of the
//! answer.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// A server that answers as many requests as it is told, each with what `answer` says to its head
/// and body.
fn serve(
    requests: usize,
    answer: fn(&str, &str) -> (u16, String),
) -> (String, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let work = move || {
        for stream in listener.incoming().take(requests) {
            reply(&stream.unwrap(), answer);
        }
    };
    (address, thread::spawn(work))
}

fn reply(mut stream: &TcpStream, answer: fn(&str, &str) -> (u16, String)) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let size = head
        .lines()
        .find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length:")?
                .trim()
                .parse()
                .ok()
        })
        .unwrap_or(0);
    let mut body = vec![0; size];
    reader.read_exact(&mut body).unwrap();
    let (status, text) = answer(&head, &String::from_utf8(body).unwrap());
    write!(
        stream,
        "HTTP/1.1 {status} Status\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    )
    .unwrap();
}

/// Runs a program with settings; its output.
fn run(program: &str, settings: &[(&str, &str)]) -> String {
    let mochi = support::mochi("fetching");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.mochi"), program).unwrap();
    let mut command = mochi.command(folder.path());
    command.args(["--quiet", "run", "main.mochi"]);
    command.env("no_proxy", "*").envs(settings.iter().copied());
    let done = command.output().unwrap();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{errors}");
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn a_program_talks_to_a_server() {
    let (address, server) = serve(4, |head, body| {
        let first = head.lines().next().unwrap_or_default();
        if first.contains("/missing") {
            return (404, "no".to_owned());
        }
        if first.contains("/text") {
            return (200, "just text".to_owned());
        }
        let marked = head.to_lowercase().contains("x-mark: yes");
        let asked = first.replace('"', "");
        (
            200,
            format!(
                "{{\"asked\": \"{asked}\", \"marked\": {marked}, \"length\": {}}}",
                body.len()
            ),
        )
    });
    let program = r#"
type Answer { asked: string, marked: bool, length: int }
let base = "ADDRESS"
let a: Answer = fetch base + "/items" with {
  method: "POST", headers: {"X-Mark": "yes"}, query: {"q": "a b", "n": 2}, body: {"k": [1]}, timeout: 20
}
print(a.asked, a.marked, a.length)
let b: string = fetch base + "/text"
print(b)
fetch base + "/plain" into c
print(c.length)
try { fetch base + "/missing" } catch e { print(e.code, e.message == "fetch " + base + "/missing: status 404 Status") }
"#;
    let output = run(&program.replace("ADDRESS", &address), &[]);
    server.join().unwrap();
    assert_eq!(
        output,
        "POST /items?q=a+b&n=2 HTTP/1.1 true 9\njust text\n0\n1 true\n"
    );
}

#[test]
fn a_configured_endpoint_generates() {
    let (address, server) = serve(2, |head, body| {
        let key = head.to_lowercase().contains("authorization: bearer secret");
        let path = head.split(' ').nth(1).unwrap_or_default();
        let good = key && path == "/v1/chat/completions" && body.contains("\"model\":\"m-1\"");
        let content = if good {
            r#"{\"name\": \"Ulm\"}"#
        } else {
            "bad"
        };
        let text = format!(r#"{{"choices": [{{"message": {{"content": "{content}"}}}}]}}"#);
        (200, text)
    });
    let program = r#"
type City { name: string }
model m { provider: "local", name: "m-1", temperature: 0.5 }
print(generate text { prompt: "a city", model: "m" })
let c = generate City { prompt: "a city", model: "m" }
print(c.name)
"#;
    let url = format!("{address}/v1");
    let settings = [
        ("MOCHI_LLM_LOCAL_URL", url.as_str()),
        ("MOCHI_LLM_LOCAL_KEY", "secret"),
    ];
    let output = run(program, &settings);
    server.join().unwrap();
    assert_eq!(output, "{\"name\": \"Ulm\"}\nUlm\n");
}

#[test]
fn recorded_answers_are_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let mut number: u64 = 5381;
    for byte in b"openai\0m-1\0hi" {
        number = number.wrapping_mul(33) ^ u64::from(*byte);
    }
    fs::write(folder.path().join(format!("{number}.txt")), "said\n").unwrap();
    let program = "print(generate openai { prompt: \"hi\", model: \"m-1\" })\n\
                   print(generate openai { prompt: \"other\" } == \"\")\n";
    let path = folder.path().to_string_lossy().into_owned();
    let output = run(program, &[("MOCHI_LLM_CASSETTE_DIR", &path)]);
    assert_eq!(output, "said\ntrue\n");
}
