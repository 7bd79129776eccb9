#!/usr/bin/env bash
# Every check and test of the repository, as CI runs them. Installs what it needs below target/ci;
# needs cargo, a C linker and a network. The results of the tests come last.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# One Python 3.12 or newer, for the tests of the run-time helpers. Shims of version managers may
# stand first on the PATH and lead nowhere, so each candidate is asked.
find_python() {
  local candidate
  for candidate in "${MOCHI_TEST_PYTHON:-}" python3.13 python3.12 python3 \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python; do
    if [ -n "$candidate" ] && "$candidate" -c \
      'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  echo "error: no Python 3.12 or newer; name one in MOCHI_TEST_PYTHON" >&2
  exit 3
}

step() { printf '\n== %s\n' "$1"; }

python=$(find_python)
export CARGO_TERM_COLOR=never CARGO_TERM_PROGRESS_WHEN=never

step "format"
if ! cargo fmt --version >/dev/null 2>&1; then rustup component add rustfmt; fi
cargo fmt --all --check

step "lints"
if ! cargo clippy --version >/dev/null 2>&1; then rustup component add clippy; fi
cargo clippy --workspace --all-targets --locked -- -D warnings

step "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet

step "run-time helpers"
venv=target/ci/venv
if [ ! -x "$venv/bin/python" ]; then "$python" -m venv "$venv"; fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r .ci/requirements.txt
"$venv/bin/python" -m pytest -q python
"$venv/bin/python" -m mypy --strict python/mochi_runtime

step "types of the output"
cargo build -p mochi-cli --locked
"$venv/bin/python" .ci/check_types.py

step "tests"
cargo test --workspace --locked
