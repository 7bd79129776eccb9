//! Which names of Python's standard library mean which capability.
//!
//! A module of [`MODULES`] counts by every name in it but the harmless ones; of other modules only
//! the names in [`NAMES`] count, and what lies below them.

use super::Capability::{self, Ctypes, Fs, Net, Proc};

/// A module that stands for a capability.
pub(super) struct Module {
    pub(super) name: &'static str,
    pub(super) capability: Capability,
    /// Names in it that do nothing: constants, exceptions, conversions.
    harmless: &'static [&'static str],
}

const fn module(
    name: &'static str,
    capability: Capability,
    harmless: &'static [&'static str],
) -> Module {
    Module {
        name,
        capability,
        harmless,
    }
}

const MODULES: &[Module] = &[
    module("_ctypes", Ctypes, &[]),
    module("_posixsubprocess", Proc, &[]),
    module("_socket", Net, &[]),
    module("_winapi", Proc, &[]),
    module("asynchat", Net, &[]),
    module("asyncore", Net, &[]),
    module("ctypes", Ctypes, &[]),
    module("dbm", Fs, &["error", "whichdb"]),
    module("fileinput", Fs, &[]),
    module(
        "ftplib",
        Net,
        &[
            "Error",
            "all_errors",
            "error_perm",
            "error_reply",
            "error_temp",
        ],
    ),
    module("glob", Fs, &["escape", "has_magic", "translate"]),
    module(
        "http.client",
        Net,
        &[
            "BadStatusLine",
            "CannotSendRequest",
            "HTTPException",
            "HTTPMessage",
            "HTTPS_PORT",
            "HTTP_PORT",
            "IncompleteRead",
            "InvalidURL",
            "LineTooLong",
            "NOT_MODIFIED",
            "NO_CONTENT",
            "OK",
            "RemoteDisconnected",
            "ResponseNotReady",
            "parse_headers",
            "responses",
        ],
    ),
    module("http.server", Net, &[]),
    module(
        "imaplib",
        Net,
        &[
            "Int2AP",
            "Internaldate2tuple",
            "ParseFlags",
            "Time2Internaldate",
        ],
    ),
    module(
        "mmap",
        Fs,
        &[
            "ACCESS_COPY",
            "ACCESS_READ",
            "ACCESS_WRITE",
            "ALLOCATIONGRANULARITY",
            "PAGESIZE",
        ],
    ),
    module("msilib", Fs, &[]),
    module("nntplib", Net, &[]),
    module("poplib", Net, &["error_proto"]),
    module("pty", Proc, &[]),
    module("shelve", Fs, &[]),
    module(
        "shutil",
        Fs,
        &[
            "Error",
            "ReadError",
            "SameFileError",
            "SpecialFileError",
            "get_terminal_size",
        ],
    ),
    module("smtpd", Net, &[]),
    module(
        "smtplib",
        Net,
        &[
            "SMTPAuthenticationError",
            "SMTPConnectError",
            "SMTPDataError",
            "SMTPException",
            "SMTPHeloError",
            "SMTPNotSupportedError",
            "SMTPRecipientsRefused",
            "SMTPResponseException",
            "SMTPSenderRefused",
            "SMTPServerDisconnected",
            "quoteaddr",
            "quotedata",
        ],
    ),
    module(
        "socket",
        Net,
        &[
            "AddressFamily",
            "AddressInfo",
            "MsgFlag",
            "SocketKind",
            "error",
            "gaierror",
            "getdefaulttimeout",
            "gethostname",
            "has_ipv6",
            "herror",
            "htonl",
            "htons",
            "inet_aton",
            "inet_ntoa",
            "inet_ntop",
            "inet_pton",
            "ntohl",
            "ntohs",
            "timeout",
        ],
    ),
    module("socketserver", Net, &[]),
    module("sqlite3.dbapi2", Fs, &[]),
    module(
        "ssl",
        Net,
        &[
            "CertificateError",
            "HAS_ALPN",
            "HAS_NEVER_CHECK_COMMON_NAME",
            "HAS_SNI",
            "OPENSSL_VERSION",
            "OPENSSL_VERSION_INFO",
            "OPENSSL_VERSION_NUMBER",
            "Options",
            "Purpose",
            "SSLCertVerificationError",
            "SSLEOFError",
            "SSLError",
            "SSLSyscallError",
            "SSLWantReadError",
            "SSLWantWriteError",
            "SSLZeroReturnError",
            "TLSVersion",
            "VerifyFlags",
            "VerifyMode",
        ],
    ),
    module(
        "subprocess",
        Proc,
        &[
            "CREATE_NEW_PROCESS_GROUP",
            "CREATE_NO_WINDOW",
            "CalledProcessError",
            "CompletedProcess",
            "DEVNULL",
            "PIPE",
            "STDOUT",
            "SubprocessError",
            "TimeoutExpired",
            "list2cmdline",
        ],
    ),
    module("telnetlib", Net, &[]),
    module("tempfile", Fs, &["gettempprefix", "gettempprefixb"]),
    module(
        "urllib.request",
        Net,
        &[
            "getproxies",
            "getproxies_environment",
            "parse_http_list",
            "parse_keqv_list",
            "pathname2url",
            "proxy_bypass",
            "proxy_bypass_environment",
            "url2pathname",
        ],
    ),
    module("webbrowser", Proc, &["Error", "get", "register"]),
    module("winreg", Fs, &[]),
    module(
        "xmlrpc.client",
        Net,
        &[
            "Binary",
            "DateTime",
            "Error",
            "Fault",
            "ProtocolError",
            "dumps",
            "loads",
        ],
    ),
    module("xmlrpc.server", Net, &[]),
];

/// Names that mean something in modules that do not.
const NAMES: &[(&str, Capability)] = &[
    ("asyncio.create_subprocess_exec", Proc),
    ("asyncio.create_subprocess_shell", Proc),
    ("asyncio.open_connection", Net),
    ("asyncio.open_unix_connection", Net),
    ("asyncio.start_server", Net),
    ("asyncio.start_unix_server", Net),
    ("asyncio.subprocess.create_subprocess_exec", Proc),
    ("asyncio.subprocess.create_subprocess_shell", Proc),
    ("builtins.open", Fs),
    ("bz2.BZ2File", Fs),
    ("bz2.open", Fs),
    ("codecs.open", Fs),
    ("concurrent.futures.ProcessPoolExecutor", Proc),
    ("concurrent.futures.process", Proc),
    ("filecmp.cmp", Fs),
    ("filecmp.cmpfiles", Fs),
    ("filecmp.dircmp", Fs),
    ("gzip.GzipFile", Fs),
    ("gzip.open", Fs),
    ("io.FileIO", Fs),
    ("io.open", Fs),
    ("io.open_code", Fs),
    ("linecache.getline", Fs),
    ("linecache.getlines", Fs),
    ("logging.FileHandler", Fs),
    ("logging.handlers.DatagramHandler", Net),
    ("logging.handlers.HTTPHandler", Net),
    ("logging.handlers.RotatingFileHandler", Fs),
    ("logging.handlers.SMTPHandler", Net),
    ("logging.handlers.SocketHandler", Net),
    ("logging.handlers.SysLogHandler", Net),
    ("logging.handlers.TimedRotatingFileHandler", Fs),
    ("logging.handlers.WatchedFileHandler", Fs),
    ("lzma.LZMAFile", Fs),
    ("lzma.open", Fs),
    ("mimetypes.read_mime_types", Fs),
    ("multiprocessing.Manager", Proc),
    ("multiprocessing.Pool", Proc),
    ("multiprocessing.Process", Proc),
    ("multiprocessing.connection", Net),
    ("multiprocessing.get_context", Proc),
    ("multiprocessing.managers", Proc),
    ("multiprocessing.pool.Pool", Proc),
    ("multiprocessing.process.Process", Proc),
    ("netrc.netrc", Fs),
    ("os.path.exists", Fs),
    ("os.path.getatime", Fs),
    ("os.path.getctime", Fs),
    ("os.path.getmtime", Fs),
    ("os.path.getsize", Fs),
    ("os.path.isdir", Fs),
    ("os.path.isfile", Fs),
    ("os.path.islink", Fs),
    ("os.path.ismount", Fs),
    ("os.path.lexists", Fs),
    ("os.path.realpath", Fs),
    ("os.path.samefile", Fs),
    ("os.pidfd_open", Proc),
    ("pickle.Unpickler.load_file", Fs),
    ("runpy.run_path", Fs),
    ("signal.pidfd_send_signal", Proc),
    ("sqlite3.connect", Fs),
    ("tarfile.TarFile", Fs),
    ("tarfile.open", Fs),
    ("zipfile.PyZipFile", Fs),
    ("zipfile.ZipFile", Fs),
];

/// Functions of `os` (also as `posix` and `nt`) that touch files.
const OS_FILES: &[&str] = &[
    "access",
    "chdir",
    "chflags",
    "chmod",
    "chown",
    "chroot",
    "copy_file_range",
    "fchdir",
    "fchmod",
    "fchown",
    "fdopen",
    "ftruncate",
    "fwalk",
    "getxattr",
    "lchmod",
    "lchown",
    "link",
    "listdir",
    "listxattr",
    "lstat",
    "makedirs",
    "mkdir",
    "mkfifo",
    "mknod",
    "open",
    "readlink",
    "remove",
    "removedirs",
    "removexattr",
    "rename",
    "renames",
    "replace",
    "rmdir",
    "scandir",
    "sendfile",
    "setxattr",
    "stat",
    "statvfs",
    "symlink",
    "truncate",
    "unlink",
    "utime",
    "walk",
];

/// Those that touch processes.
const OS_PROCESSES: &[&str] = &[
    "execl",
    "execle",
    "execlp",
    "execlpe",
    "execv",
    "execve",
    "execvp",
    "execvpe",
    "fork",
    "forkpty",
    "kill",
    "killpg",
    "popen",
    "posix_spawn",
    "posix_spawnp",
    "spawnl",
    "spawnle",
    "spawnlp",
    "spawnlpe",
    "spawnv",
    "spawnve",
    "spawnvp",
    "spawnvpe",
    "startfile",
    "system",
];

/// Methods that touch files, in modules that import `pathlib`. Names that other classes have as
/// well (`open`, `exists`, `stat`, `rename`) are not among them.
const PATH_METHODS: &[&str] = &[
    "hardlink_to",
    "is_block_device",
    "is_char_device",
    "is_dir",
    "is_fifo",
    "is_file",
    "is_mount",
    "is_symlink",
    "iterdir",
    "mkdir",
    "read_bytes",
    "read_text",
    "rglob",
    "rmdir",
    "samefile",
    "symlink_to",
    "unlink",
    "write_bytes",
    "write_text",
];

/// Methods of event loops, in modules that import `asyncio`.
const LOOP_METHODS: &[(&str, Capability)] = &[
    ("create_connection", Net),
    ("create_datagram_endpoint", Net),
    ("create_server", Net),
    ("create_unix_connection", Net),
    ("create_unix_server", Net),
    ("getaddrinfo", Net),
    ("sock_accept", Net),
    ("sock_connect", Net),
    ("subprocess_exec", Proc),
    ("subprocess_shell", Proc),
];

/// Attributes of the standard library that are documented as for everyone to set: settings and hooks.
const SETTINGS: &[&str] = &[
    "logging.lastResort",
    "logging.logMultiprocessing",
    "logging.logProcesses",
    "logging.logThreads",
    "logging.raiseExceptions",
    "threading.excepthook",
    "warnings.filters",
    "warnings.formatwarning",
    "warnings.showwarning",
];

/// What stands below `prefix` in a dotted name: empty if it is the name itself, none if it lies
/// elsewhere.
fn below<'a>(dotted: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = dotted.strip_prefix(prefix)?;
    if rest.is_empty() {
        return Some(rest);
    }
    let rest = rest.strip_prefix('.')?;
    Some(rest.split('.').next().unwrap_or(rest))
}

/// The module of [`MODULES`] that a dotted name is or lies in.
pub(super) fn module_of(dotted: &str) -> Option<&'static Module> {
    MODULES
        .iter()
        .find(|module| below(dotted, module.name).is_some())
}

/// What a reference to a dotted name means. The bare name of a module counts: whoever gets it may
/// do what is in it.
pub(super) fn capability_of(dotted: &str) -> Option<Capability> {
    let mut parts = dotted.split('.');
    if matches!(parts.next(), Some("os" | "posix" | "nt"))
        && let Some(function) = parts.next()
    {
        if OS_FILES.contains(&function) {
            return Some(Fs);
        }
        if OS_PROCESSES.contains(&function) {
            return Some(Proc);
        }
    }
    if let Some(module) = module_of(dotted) {
        let name = below(dotted, module.name).unwrap_or_default();
        let is_harmless = is_constant(name) || module.harmless.contains(&name);
        return (!is_harmless).then_some(module.capability);
    }
    // `os.path` goes by two more names.
    let plain = ["posixpath.", "ntpath.", "genericpath."]
        .iter()
        .find_map(|prefix| Some(format!("os.path.{}", dotted.strip_prefix(prefix)?)));
    let dotted = plain.as_deref().unwrap_or(dotted);
    NAMES
        .iter()
        .find(|(name, _)| below(dotted, name).is_some())
        .map(|(_, capability)| *capability)
}

/// `AF_INET`, `SOCK_STREAM`, `CERT_NONE`: numbers.
fn is_constant(name: &str) -> bool {
    name.contains('_')
        && name
            .bytes()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_')
}

/// What a call of a method means in a module that imports the class's module.
pub(super) fn method(name: &str, has_pathlib: bool, has_asyncio: bool) -> Option<Capability> {
    if has_pathlib && PATH_METHODS.contains(&name) {
        return Some(Fs);
    }
    if has_asyncio {
        let found = LOOP_METHODS.iter().find(|(method, _)| *method == name);
        return found.map(|(_, capability)| *capability);
    }
    None
}

/// Whether an attribute is there for everyone to set.
pub(super) fn is_setting(dotted: &str) -> bool {
    dotted.starts_with("sys.") && !dotted.starts_with("sys.modules.") || SETTINGS.contains(&dotted)
}
