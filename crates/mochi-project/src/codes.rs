//! The codes `M0xx` by what they mean: everything that can go wrong between an `import python` and
//! an environment that serves it. Titles, help texts and pages stand in `mochi-base`'s registry.

use mochi_base::{Code, code};

/// The import string is not a requirement.
pub const INVALID_REQUIREMENT: Code = code::M001;
/// The index knows no distribution of that name.
pub const NO_SUCH_DISTRIBUTION: Code = code::M002;
/// The distribution exists, but in no version that is asked for.
pub const NO_VERSION_FITS: Code = code::M003;
/// Requirements exclude each other.
pub const CONFLICT: Code = code::M004;
/// An index or download cannot be reached.
pub const NETWORK: Code = code::M005;
/// uv is neither there nor could be fetched.
pub const UV_MISSING: Code = code::M006;
/// No usable Python interpreter.
pub const INTERPRETER_MISSING: Code = code::M007;
/// A download is not what the index or the lock promised.
pub const CORRUPT_DOWNLOAD: Code = code::M008;
/// A distribution has several public modules and none is chosen.
pub const SEVERAL_MODULES: Code = code::M009;
/// The chosen module is not in the distribution.
pub const NO_SUCH_MODULE: Code = code::M010;
/// Without the network, and not in the cache.
pub const OFFLINE: Code = code::M011;
/// A distribution without a wheel could not be built.
pub const BUILD_FAILED: Code = code::M012;
/// No wheel for this platform, and no source to build.
pub const NO_WHEEL: Code = code::M013;
/// Every version that fits was yanked.
pub const YANKED: Code = code::M014;
/// uv failed in a way that is not known.
pub const UV_FAILED: Code = code::M015;
/// The cache cannot be read or written.
pub const CACHE: Code = code::M016;
/// A distribution brings no module that can be imported.
pub const NO_MODULE: Code = code::M017;
/// The distribution does not declare the extra.
pub const NO_SUCH_EXTRA: Code = code::M018;
/// A git repository or local path cannot be read.
pub const SOURCE_UNREADABLE: Code = code::M019;
/// The manifest is wrong: `mochi.toml` cannot be read as one.
pub const MANIFEST: Code = code::M020;
/// An import of a project asks for something that the manifest does not list.
pub const NOT_A_DEPENDENCY: Code = code::M021;
/// The lock does not fit the manifest, and it may not be changed.
pub const LOCK_OUTDATED: Code = code::M022;
/// `mochi.lock` cannot be read.
pub const LOCK_UNREADABLE: Code = code::M023;
/// An import asks for something else than the manifest and the lock say.
pub const IMPORT_DISAGREES: Code = code::M024;
/// A command needs a project and there is none.
pub const NO_PROJECT: Code = code::M025;
/// A file of the project cannot be read or written.
pub const PROJECT_FILE: Code = code::M026;
/// A command would overwrite what is there, or cannot do what it is asked for.
pub const REFUSED: Code = code::M027;
/// A distribution can do more than the manifest allows.
pub const CAPABILITY_NOT_ALLOWED: Code = code::M033;
/// A distribution can do more than it could before an update.
pub const CAPABILITY_GAINED: Code = code::M034;
/// The standard library has no such submodule.
pub const NO_STANDARD_MODULE: Code = code::M032;
