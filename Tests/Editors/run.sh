#!/usr/bin/env bash
# What others make of the editors' files: a TextMate engine and Oniguruma of the grammar, Vim of its syntax, node of the
# extension's code. Each is skipped, with a message, where it cannot be had.
set -euo pipefail
cd "$(dirname "$0")/../.."
environment=.build/editors
if ! "$environment/bin/python" -c "import babi.highlight" 2> /dev/null; then
  mkdir -p .build
  { python3 -m venv "$environment" && "$environment/bin/pip" install -q babi; } > "$environment.log" 2>&1 || true
fi
if "$environment/bin/python" -c "import babi.highlight" 2> /dev/null; then
  "$environment/bin/python" Tests/Editors/textmate.py
else
  echo "skipped: no TextMate engine can be installed here; see $environment.log"
fi
if command -v vim > /dev/null && vim --version | grep -q '+syntax'; then
  Tests/Editors/vim.sh
else
  echo "skipped: Vim with syntax colouring is not installed"
fi
if command -v node > /dev/null; then
  node Tests/Editors/extension.js
else
  echo "skipped: node is not installed"
fi
