//! Attacks on the server that runs the reader's code, over real sockets.

#![allow(clippy::unwrap_used, reason = "a helper of a test may fail as the test does")]

#[path = "../src/externs.rs"]
#[allow(dead_code, reason = "the tool uses more of it")]
mod externs;
#[path = "../src/project.rs"]
#[allow(dead_code, reason = "the tool uses more of it")]
mod project;
#[path = "../src/serve/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tool uses more of it")]
mod serve;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{scope, sleep};
use std::time::Duration;

use serde_json::{Value, json};
use serve::{Limits, Notebook, Setup};

const SECRET: &str = "nobody may read this";

/// A folder of a test's own, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::SeqCst);
        let path = std::env::temp_dir().join(format!("serve-{}-{count}", std::process::id()));
        fs::create_dir_all(path.join("book/sub")).unwrap();
        fs::write(path.join("secret.txt"), SECRET).unwrap();
        fs::write(path.join("book/index.html"), "<html><head></head><p>first page</p></html>")
            .unwrap();
        fs::write(path.join("book/404.html"), "<html><head></head><p>no such page</p></html>")
            .unwrap();
        fs::write(path.join("book/sub/style.css"), "p {}").unwrap();
        fs::write(path.join("book/.hidden"), SECRET).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A server on a free port, and the folder that it serves.
struct Site {
    folder: Folder,
    notebook: Arc<Notebook>,
    port: u16,
}

/// An answer, taken apart.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// Limits of which only those matter that a test narrows: the verdict is never the machine's speed.
fn patient() -> Limits {
    let patience = Duration::from_secs(120);
    Limits { answer: patience, run: patience, ..Limits::default() }
}

impl Site {
    fn start(limits: Limits) -> Self {
        Self::start_with(limits, Arc::new(|| Ok(Vec::new())))
    }

    fn start_with(limits: Limits, compile_crates: Arc<serve::CompileCrates>) -> Self {
        let folder = Folder::new();
        let port = serve::free_port().unwrap();
        let setup = Setup {
            port,
            helper: env!("CARGO_BIN_EXE_book").into(),
            scratch: folder.0.join("scratch"),
            compile_crates,
            limits,
        };
        let notebook = Arc::new(Notebook::new(setup).unwrap());
        notebook.show(folder.0.join("book"));
        notebook.prepare_library();
        serve::start(&notebook).unwrap();
        Site { folder, notebook, port }
    }

    /// Sends these bytes and reads until the server closes the connection.
    fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    fn get(&self, path: &str) -> Answer {
        let port = self.port;
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        ))
    }

    fn token(&self) -> String {
        let page = self.get("/").body;
        let (_, rest) = page.split_once("token: \"").expect("the page has the token");
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// The headers of the request that a page of the notebook makes.
    fn own_headers(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Host", format!("127.0.0.1:{}", self.port)),
            ("Origin", format!("http://127.0.0.1:{}", self.port)),
            ("X-Notebook-Token", self.token()),
            ("Content-Type", "application/json".to_owned()),
        ]
    }

    fn post(&self, headers: &[(&str, String)], body: &str) -> Answer {
        let headers: String =
            headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        self.send(&format!(
            "POST /evaluate.json HTTP/1.1\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ))
    }

    /// Runs a program as the Run button does.
    fn run(&self, code: &str) -> Value {
        let body = json!({"version": "stable", "optimize": "0", "code": code, "edition": "2024"});
        let answer = self.post(&self.own_headers(), &body.to_string());
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_str(&answer.body).unwrap()
    }
}

/// The result and the error of a reply, as text.
fn parts(reply: &Value) -> (&str, &str) {
    (reply["result"].as_str().unwrap_or_default(), reply["error"].as_str().unwrap_or_default())
}

const HELLO: &str = r#"{"code": "fn main() { println!(\"hello\"); }"}"#;

#[test]
fn a_page_of_the_notebook_may_run_code() {
    let site = Site::start(patient());
    let answer = site.post(&site.own_headers(), HELLO);
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("application/json")));
    let reply: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(reply, json!({"result": "hello\n", "error": null}));
}

#[test]
fn both_outputs_are_shown_in_their_order_and_a_panic_as_it_is() {
    let site = Site::start(patient());
    let reply = site.run(
        r#"fn main() { println!("one"); eprintln!("two"); println!("three"); panic!("four"); }"#,
    );
    let (result, error) = parts(&reply);
    assert!(result.starts_with("one\ntwo\nthree\n"), "{result}");
    assert!(result.contains("panicked at snippet.rs:1:") && result.contains("four"), "{result}");
    assert!(error.contains("101") && result.contains(error), "{error}");
}

#[test]
fn a_snippet_may_use_distsys_and_rand() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let project = project::Project::at(&root);
    let compile = move || externs::Externs::build(&project).map(|crates| crates.arguments());
    let site = Site::start_with(patient(), Arc::new(compile));
    let reply = site.run(
        "use rand::{Rng, SeedableRng, rngs::Xoshiro256PlusPlus};\n\
         #[allow(unused_imports)]\nuse distsys::*;\n\
         fn main() { println!(\"{}\", Xoshiro256PlusPlus::seed_from_u64(1).next_u64()); }",
    );
    let (result, error) = parts(&reply);
    assert!(error.is_empty() && result.trim().parse::<u64>().is_ok(), "{reply}");
}

#[test]
fn a_crate_that_does_not_compile_is_said_to_be_so() {
    let site = Site::start_with(patient(), Arc::new(|| Err("it does not compile".to_owned())));
    assert_eq!(parts(&site.run("fn main() {}")).1, "it does not compile");
}

#[test]
fn code_is_refused_unless_every_sign_says_it_comes_from_an_own_page() {
    let site = Site::start(patient());
    let own = site.own_headers();
    let other = |name: &str, value: String| -> Vec<_> {
        let change = |(key, old): &(&'static str, String)| {
            (*key, if *key == name { value.clone() } else { old.clone() })
        };
        own.iter().map(change).collect()
    };
    let without =
        |name: &str| -> Vec<_> { own.iter().filter(|(key, _)| *key != name).cloned().collect() };
    let twice = |name: &'static str, value: String| [own.clone(), vec![(name, value)]].concat();
    let port = site.port;
    let refused = [
        ("foreign origin", 403, other("Origin", "http://evil.example".into())),
        ("origin with another port", 403, other("Origin", "http://127.0.0.1:1".into())),
        (
            "origin of a longer name",
            403,
            other("Origin", format!("http://127.0.0.1:{port}.evil.example")),
        ),
        ("origin with https", 403, other("Origin", format!("https://127.0.0.1:{port}"))),
        ("the other own name as origin", 403, other("Origin", format!("http://localhost:{port}"))),
        ("null origin", 403, other("Origin", "null".into())),
        ("no origin", 403, without("Origin")),
        ("two origins", 403, twice("Origin", "http://evil.example".into())),
        ("rebound name", 421, other("Host", format!("evil.example:{port}"))),
        ("no host", 400, without("Host")),
        ("two hosts", 400, twice("Host", "evil.example".into())),
        ("no token", 403, without("X-Notebook-Token")),
        ("empty token", 403, other("X-Notebook-Token", String::new())),
        ("wrong token", 403, other("X-Notebook-Token", "0".repeat(64))),
        ("half a token", 403, other("X-Notebook-Token", site.token()[..32].to_owned())),
        ("a form", 415, other("Content-Type", "application/x-www-form-urlencoded".into())),
        ("plain text", 415, other("Content-Type", "text/plain".into())),
        (
            "text that mentions JSON",
            415,
            other("Content-Type", "text/plain; application/json".into()),
        ),
        ("no content type", 415, without("Content-Type")),
    ];
    for (name, status, headers) in refused {
        let answer = site.post(&headers, HELLO);
        assert_eq!(answer.status, status, "{name}: {answer:?}");
        assert!(!answer.body.contains("hello"), "{name}: {answer:?}");
        assert_eq!(answer.header("Access-Control-Allow-Origin"), None, "{name}");
    }
    assert_eq!(site.post(&own, HELLO).status, 200);
}

#[test]
fn a_rebound_name_gets_no_page_and_so_no_token() {
    let site = Site::start(patient());
    let port = site.port;
    for host in [
        "evil.example",
        &format!("evil.example:{port}"),
        "127.0.0.1:1",
        "",
        &format!("127.0.0.1:{port}.evil.example"),
    ] {
        let answer =
            site.send(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        // An empty name is not even well-formed.
        assert!(matches!(answer.status, 400 | 421), "{host}: {answer:?}");
        assert!(!answer.body.contains("token"), "{host}");
    }
    assert_eq!(site.send("GET / HTTP/1.0\r\n\r\n").status, 400);
    let host = format!("localhost:{port}");
    assert_eq!(
        site.send(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).status,
        200
    );
}

#[test]
fn the_token_is_new_at_every_start_and_stands_in_pages_only() {
    let (one, two) = (Site::start(patient()), Site::start(patient()));
    assert_ne!(one.token(), two.token());
    assert_eq!(one.token().len(), 64);
    for path in ["/sub/style.css", "/notebook-version"] {
        let answer = one.get(path);
        assert!(answer.status == 200 && !answer.body.contains(&one.token()), "{path}: {answer:?}");
    }
}

#[test]
fn other_methods_are_refused() {
    let site = Site::start(patient());
    assert_eq!(site.get("/evaluate.json").status, 405);
    let port = site.port;
    for (method, path) in [
        ("POST", "/"),
        ("PUT", "/index.html"),
        ("DELETE", "/index.html"),
        ("OPTIONS", "/evaluate.json"),
    ] {
        let answer = site.send(&format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        ));
        assert_eq!(answer.status, 405, "{method} {path}");
    }
}

#[test]
fn what_is_no_question_is_refused() {
    let site = Site::start(patient());
    for body in ["", "hello", "[]", "{}", r#"{"code": 1}"#] {
        assert_eq!(site.post(&site.own_headers(), body).status, 400, "{body}");
    }
    let reply =
        site.post(&site.own_headers(), r#"{"code": "fn main() {}", "edition": "2015 --test"}"#);
    assert!(reply.body.contains("no edition"), "{reply:?}");
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    let site = Site::start(patient());
    let long = json!({"code": "/".repeat(300 * 1024)}).to_string();
    assert_eq!(site.post(&site.own_headers(), &long).status, 413);
}

#[test]
fn pages_carry_a_strict_policy_and_right_types() {
    let site = Site::start(patient());
    let page = site.get("/");
    assert!(page.status == 200 && page.body.contains("first page"), "{page:?}");
    assert_eq!(page.header("Content-Type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("X-Content-Type-Options"), Some("nosniff"));
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("'sha256-"), "{policy}");
    let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src")).unwrap();
    assert!(!scripts.contains("unsafe-inline") && !scripts.contains("'unsafe-eval'"), "{scripts}");
    let style = site.get("/sub/style.css?version=1");
    assert_eq!(
        (style.status, style.header("Content-Type")),
        (200, Some("text/css; charset=utf-8"))
    );
    let missing = site.get("/nothing.html");
    assert!(missing.status == 404 && missing.body.contains("no such page"), "{missing:?}");
    assert_eq!(site.get("/sub").status, 404);
    assert_eq!(site.get("/sub/").status, 404);
}

#[test]
fn no_spelling_of_a_path_leads_out_of_the_book() {
    let site = Site::start(patient());
    let absolute = site.folder.0.join("secret.txt").display().to_string();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret.txt", site.folder.0.join("book/link.txt")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("..", site.folder.0.join("book/up")).unwrap();
    let attempts = [
        "/../secret.txt",
        "/sub/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2E%2Fsecret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/sub\\..\\..\\secret.txt",
        "/%252e%252e/secret.txt",
        "/.%2e/secret.txt",
        "/....//secret.txt",
        "//secret.txt",
        "/./../secret.txt",
        "../secret.txt",
        "/sub/%2e%2e/%2e%2e/secret.txt",
        "/..;/secret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/link.txt",
        "/up/secret.txt",
        "/.hidden",
        "/%2ehidden",
        "/secret.txt%00.html",
        "/C:/secret.txt",
        "/index.html::$DATA",
        "file:///secret.txt",
        &absolute,
        &format!("/{absolute}"),
        &absolute.replace('/', "%2f"),
    ];
    for path in attempts {
        let answer = site.get(path);
        assert!(!answer.body.contains(SECRET), "{path}: {answer:?}");
        assert!(matches!(answer.status, 400 | 404), "{path}: {answer:?}");
    }
}

#[test]
fn a_compile_error_is_shown_as_the_compiler_prints_it() {
    let site = Site::start(patient());
    let reply = site.run("fn main() {\n    missing();\n}\n");
    let (result, error) = parts(&reply);
    assert!(result.contains("error[E0425]: cannot find function `missing`"), "{result}");
    assert!(result.contains("--> snippet.rs:2:5"), "{result}");
    assert!(result.contains("2 |     missing();"), "{result}");
    assert!(error.starts_with("the compiler ended with"), "{error}");
}

#[test]
fn an_endless_loop_is_stopped_and_keeps_what_it_wrote() {
    let limits = Limits { run: Duration::from_secs(1), ..patient() };
    let site = Site::start(limits);
    let reply = site.run("fn main() { println!(\"before\"); loop { std::hint::spin_loop(); } }");
    let (result, error) = parts(&reply);
    assert!(result.starts_with("before\n") && error.starts_with("stopped: "), "{reply}");
    assert_eq!(fs::read_dir(site.folder.0.join("scratch")).unwrap().count(), 0);
}

#[test]
fn a_hundred_megabytes_of_output_are_cut_off() {
    let site = Site::start(patient());
    let reply = site.run(
        "fn main() { let line = \"x\".repeat(999); for _ in 0..100_000 { println!(\"{line}\"); } }",
    );
    let (result, error) = parts(&reply);
    assert!(error.contains("65536 bytes") && result.ends_with(&format!("[{error}]")), "{error}");
    assert!(result.len() < 66_000, "{}", result.len());
}

#[test]
fn a_program_that_takes_too_much_memory_is_stopped() {
    let site = Site::start(patient());
    let at_once = site.run("fn main() { println!(\"{}\", vec![1u8; 3 << 30].len()); }");
    let bit_by_bit =
        site.run("fn main() { let mut all = Vec::new(); loop { all.push(vec![1u8; 1 << 20]); } }");
    if cfg!(target_os = "linux") {
        for reply in [at_once, bit_by_bit] {
            let (result, error) = parts(&reply);
            let by_whom =
                [result.contains("memory allocation of"), error.contains("MiB of memory")];
            assert!(by_whom.contains(&true) && !error.is_empty(), "{reply}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn memory_that_is_only_reserved_is_limited_for_each_process() {
    let site = Site::start(patient());
    let reply = site.run(
        "fn main() { println!(\"{}\", Vec::<u8>::new().try_reserve_exact(3 << 30).is_ok()); }",
    );
    assert_eq!(parts(&reply).0, "false\n");
}

#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_children_counts_too() {
    let site = Site::start(Limits { memory: 256 << 20, ..patient() });
    let reply = site.run(
        "fn main() {
            if std::env::args().count() > 1 {
                let held = vec![1u8; 100 << 20];
                loop { std::hint::black_box(&held); std::thread::sleep(std::time::Duration::from_secs(1)); }
            }
            let own = std::env::current_exe().unwrap();
            for _ in 0..4 { std::process::Command::new(&own).arg(\"child\").spawn().unwrap(); }
            loop { std::thread::sleep(std::time::Duration::from_secs(1)); }
        }",
    );
    assert!(parts(&reply).1.contains("more than 256 MiB of memory"), "{reply}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_fork_bomb_is_stopped() {
    // A bomb that would go off slowly and only so far, should the limit fail.
    let site = Site::start(Limits { processes: 16, ..patient() });
    let reply = site.run(
        "fn main() {
            let depth: u32 = std::env::args().nth(1).map_or(0, |depth| depth.parse().unwrap());
            if depth < 100 {
                let own = std::env::current_exe().unwrap();
                std::process::Command::new(own).arg((depth + 1).to_string()).spawn().unwrap();
            }
            loop { std::thread::sleep(std::time::Duration::from_secs(1)); }
        }",
    );
    assert!(parts(&reply).1.contains("more than 16 processes"), "{reply}");
    assert_eq!(processes_with(&site.folder.0.display().to_string()), Vec::<String>::new());
}

/// The command lines of this machine's processes that contain a text.
#[cfg(target_os = "linux")]
fn processes_with(text: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.map(|entry| fs::read(entry.path().join("cmdline")).unwrap_or_default());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains(text)).collect()
}

/// A program that leaves children behind: a plain one, one in a session of its own, and one whose
/// parent has ended and whose environment is empty. Each is a `sleep` of so many seconds.
#[cfg(target_os = "linux")]
fn program_with_children(seconds: &str, last: &str) -> String {
    format!(
        "use std::process::Command;
        fn main() {{
            Command::new(\"sleep\").arg(\"{seconds}\").spawn().unwrap();
            Command::new(\"setsid\").args([\"sleep\", \"{seconds}\"]).spawn().unwrap();
            Command::new(\"sh\").args([\"-c\", \"setsid env -i sleep {seconds} &\"]).env_clear()
                .env(\"PATH\", \"/usr/bin:/bin\").status().unwrap();
            println!(\"started\");
            {last}
        }}"
    )
}

#[cfg(target_os = "linux")]
#[test]
fn no_child_outlives_its_program_however_that_ends() {
    let site = Site::start(Limits { run: Duration::from_secs(2), ..patient() });
    let seconds = format!("9{}", std::process::id());
    for last in ["", "loop {}", "panic!();"] {
        let reply = site.run(&program_with_children(&seconds, last));
        assert!(parts(&reply).0.starts_with("started"), "{last}: {reply}");
        assert_eq!(processes_with(&format!("sleep {seconds}")), Vec::<String>::new(), "{last}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_does_not_outlive_the_server() {
    let folder = Folder::new();
    let seconds = format!("8{}", std::process::id());
    let limits = serde_json::to_value(patient()).unwrap();
    let job = json!({
        "code": program_with_children(&seconds, "loop {}"), "edition": "2024", "optimize": "0",
        "crates": [], "scratch": folder.0, "limits": limits,
    });
    let mut helper = Command::new(env!("CARGO_BIN_EXE_book"))
        .arg(serve::EVALUATE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = helper.stdin.take().unwrap();
    writeln!(input, "{job}").unwrap();
    while processes_with(&format!("sleep {seconds}")).len() < 3 {
        assert!(helper.try_wait().unwrap().is_none(), "the helper ended by itself");
        sleep(Duration::from_millis(10));
    }
    drop(input);
    helper.wait().unwrap();
    assert_eq!(processes_with(&format!("sleep {seconds}")), Vec::<String>::new());
}

#[test]
fn programs_take_turns() {
    let site = Site::start(Limits { running: 2, waiting: 100, ..patient() });
    let log = site.folder.0.join("log");
    let code = format!(
        "use std::io::Write;
        fn main() {{
            let mut log = std::fs::File::options().create(true).append(true).open({log:?}).unwrap();
            log.write_all(b\"+\").unwrap();
            std::thread::sleep(std::time::Duration::from_millis(50));
            log.write_all(b\"-\").unwrap();
        }}"
    );
    scope(|scope| {
        let runs: Vec<_> = (0..12).map(|_| scope.spawn(|| site.run(&code))).collect();
        for run in runs {
            assert_eq!(run.join().unwrap(), json!({"result": "", "error": null}));
        }
    });
    let marks = fs::read_to_string(log).unwrap();
    assert_eq!(marks.len(), 24);
    let mut running = 0;
    for mark in marks.chars() {
        running += if mark == '+' { 1 } else { -1 };
        assert!((0..=2).contains(&running), "{marks}");
    }
}

#[test]
fn a_program_that_would_wait_too_long_is_refused() {
    let site = Site::start(Limits { running: 1, waiting: 0, ..patient() });
    let (started, go) = (site.folder.0.join("started"), site.folder.0.join("go"));
    let code = format!(
        "fn main() {{
            std::fs::write({started:?}, \"\").unwrap();
            while !std::path::Path::new({go:?}).exists() {{
                std::thread::sleep(std::time::Duration::from_millis(10));
            }}
        }}"
    );
    scope(|scope| {
        let first = scope.spawn(|| site.run(&code));
        while !started.exists() && !first.is_finished() {
            sleep(Duration::from_millis(10));
        }
        let second = site.run("fn main() {}");
        assert!(parts(&second).1.contains("try again"), "{second}");
        fs::write(&go, "").unwrap();
        assert_eq!(first.join().unwrap()["error"], Value::Null);
    });
    assert_eq!(site.run("fn main() {}")["error"], Value::Null);
}

#[test]
fn connections_that_browsers_keep_open_hold_up_no_other() {
    let site = Site::start(patient());
    let connect = || TcpStream::connect(("127.0.0.1", site.port)).unwrap();
    let mut open: Vec<_> = (0..50).map(|_| connect()).collect();
    for stream in &mut open {
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let request = format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", site.port);
        stream.write_all(request.as_bytes()).unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
    }
    assert_eq!(site.get("/").status, 200);
}

#[test]
fn open_pages_learn_of_a_new_build() {
    let site = Site::start(patient());
    let before = site.get("/notebook-version").body;
    assert!(site.get("/").body.contains(&before));
    assert_eq!(site.get("/notebook-version").body, before);
    site.notebook.show(site.folder.0.join("book"));
    assert_ne!(site.get("/notebook-version").body, before);
}
