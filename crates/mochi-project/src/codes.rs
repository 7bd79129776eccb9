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
