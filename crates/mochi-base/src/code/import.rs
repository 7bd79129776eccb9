//! Codes of `import python`: what can go wrong between an import and an environment that serves it.

use super::codes;

codes! { IMPORT:
    M001 "invalid Python requirement", "%s",
        "Write a distribution, optionally with extras, a module and a requirement: \"name\", \"name@^1.2\", \"name[extra]@>=2,<3\", \"name:package.module\".";
    M002 "no such distribution", "%s",
        "Check the spelling. The name is the one that the package index lists, which can differ from the name that Python imports.";
    M003 "no version fits", "%s",
        "Relax the requirement to a version that exists.";
    M004 "conflicting requirements", "%s",
        "Change one of the requirements so that a version exists that satisfies all of them.";
    M005 "package index unreachable", "%s",
        "Check the network connection and the proxy settings, then run again; what is downloaded already is kept.";
    M006 "uv is missing", "%s",
        "Install uv and put it on PATH, name it in MOCHI_UV, or connect to the network so that it can be fetched.";
    M007 "no usable Python", "%s",
        "Install CPython 3.12 or later, or name one with --python PATH. UV_PYTHON_DOWNLOADS=automatic lets uv download one.";
    M008 "corrupt download", "%s",
        "Run again. If it happens again, the file on the index or on the way to it was changed: do not install it.";
    M009 "several modules to choose from", "%s",
        "Choose one with a colon: \"distribution:module\".";
    M010 "no such module in the distribution", "%s",
        "Name a module that the distribution contains, or leave the colon out.";
    M011 "offline and not cached", "%s",
        "Run once with the network; afterwards the cache serves the same program offline.";
    M012 "building a distribution failed", "%s",
        "Choose a version that has a wheel for this platform, or install what its build needs.";
    M013 "no wheel for this platform", "%s",
        "Choose a version that has a wheel for this platform and interpreter, or another interpreter with --python.";
    M014 "only yanked versions fit", "%s",
        "Ask for another version; a yanked one is used only when it is pinned with \"==\".";
    M015 "uv failed", "%s",
        "What uv said is shown above. If it does not name the cause, please report it.";
    M016 "the cache cannot be used", "%s",
        "Make the cache directory writable and free some space, or choose another one with MOCHI_CACHE_DIR.";
    M017 "nothing to import", "%s",
        "The distribution contains no public Python module; import the distribution that does.";
    M018 "no such extra", "%s",
        "Use an extra that the distribution declares, or leave the brackets out.";
    M019 "source of a distribution unreadable", "%s",
        "Check the address or path, the revision and your access to it.";
    M020 "invalid manifest", "%s",
        "docs/manifest.md lists the tables and keys of mochi.toml.";
    M021 "not a dependency of the project", "%s",
        "Add it with `mochi pkg add NAME`: the versions of a project come from its manifest and lock.";
    M022 "the lock is out of date", "%s",
        "Run `mochi pkg lock`, or `mochi lock FILE` for a script, and keep the new lock.";
    M023 "the lock cannot be read", "%s",
        "Update mochi if the lock is newer than it; otherwise run `mochi pkg lock` to write it anew.";
    M024 "import disagrees with the project", "%s",
        "Change the requirement in the import or in mochi.toml so that both accept the locked version, or leave it out of the import.";
    M025 "no project", "%s",
        "Make one with `mochi new NAME` or `mochi init`, or name a file.";
    M026 "a file of the project cannot be used", "%s",
        "Check the permissions and the space on the disk; nothing was changed.";
    M027 "refused", "%s",
        "Nothing was changed.";
    M030 "clash of imported names", "`auto` would bind `%s`, which %s declares too",
        "Import without `auto` and use the alias, or rename the declaration.";
    M031 "clash of aliases", "`%s` is the alias of two imports",
        "Give one of them another name with `as`.";
    M032 "no such module of the standard library", "the standard library has no module `%s`",
        "Check the spelling; the module must be there in the Python that runs the program.";
    M033 "capability not allowed", "%s",
        "Allow it under `[python.capabilities]` in mochi.toml, or use another package. `mochi pkg audit` shows where each capability comes from.";
    M034 "capability gained", "%s",
        "Look at what changed in the package, then run `mochi pkg lock --accept-capabilities`, or the same `pkg add` with that option.";
}
