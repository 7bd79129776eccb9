//! Codes of imports from Python: requirements, resolution, modules (B0…, the program is wrong) and
//! the environment they need (B1…, the machine is).

use super::codes;

codes! { BRIDGE:
    B001 "malformed import", "malformed import `%s`: %s",
        "Write `name`, `name@^1.2`, `name@>=1,<2`, `name@==1.2.3`, `name[extra]@…` or `name:module`.";
    B002 "no such package", "no package named `%s` was found",
        "Check the spelling on the package index; the name of a distribution can differ from its module's.";
    B003 "no version fits", "no version of `%s` fits: %s",
        "Loosen the requirement, or ask for another version of Python.";
    B004 "conflicting requirements", "the imported packages cannot be used together: %s",
        "Loosen one of the requirements that are named.";
    B005 "ambiguous module", "`%s` has several top-level modules: %s",
        "Choose one by writing `distribution:module`.";
    B006 "no such module", "`%s` has no module `%s`",
        "Choose one of the distribution's modules, or correct the spelling.";
    B007 "name clash", "`auto` would bind `%s`, which %s declares too",
        "Import without `auto` and use the alias, or rename the declaration.";
    B008 "nothing to install here", "`%s` cannot be installed here: %s",
        "Choose a version with a wheel for this platform and Python.";
    B009 "requirements disagree", "`%s` is required twice: %s",
        "Write the same requirement everywhere.";
    B010 "no types", "`%s` declares no types",
        "Install a stub distribution for it, or describe what you use with `extern python`.";
    B100 "no network", "the package index cannot be reached: %s",
        "Check the connection and the proxy; with everything in the cache, `--offline` needs none.";
    B101 "not in the cache", "`%s` is not in the cache and `--offline` forbids to fetch it",
        "Run once with network access.";
    B102 "corrupt download", "the download of `%s` is corrupt: %s",
        "Run again. If it happens again, something between here and the index changes files.";
    B103 "no interpreter", "no suitable Python was found: %s",
        "Install Python 3.12 or newer, or point to one with `--python PATH`.";
    B104 "no uv", "uv is not available: %s",
        "Put uv on the PATH, or allow the download of it by having network access.";
    B105 "environment cannot be built", "the environment cannot be built: %s",
        "Read what uv says above; the cache and other environments are unchanged.";
    B106 "unusable file", "%s",
        "Check that the path exists, is readable, and that there is room on the disk.";
}
