#!/usr/bin/env bash
# What Jupyter's own test suite and its clients say of the kernel. Skips, with a message, where pip cannot install them.
set -euo pipefail
cd "$(dirname "$0")/../../.."
environment=.build/jupyter
if ! "$environment/bin/python" -c "import jupyter_kernel_test, nbclient, nbformat, papermill, ddpm_papermill, html5lib, jupyter_console, pexpect, pyte" 2> /dev/null; then
  if ! { python3 -m venv "$environment" && "$environment/bin/pip" install -q jupyter_kernel_test nbclient nbformat papermill \
      html5lib jupyter_console pexpect pyte ./papermill; } \
    > "$environment.log" 2>&1; then
    echo "skipped: Jupyter's clients cannot be installed here; see $environment.log"
    exit 0
  fi
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME="$folder" JUPYTER_DATA_DIR="$folder/jupyter" JUPYTER_RUNTIME_DIR="$folder/runtime" IPYTHONDIR="$folder/ipython" \
  XDG_DATA_HOME=/dev/null/none
.build/release/ddpm-kernel install --user --threads 2
root=$PWD
export DDPM_REPL="$root/.build/release/ddpm-repl" DDPM_NOTEBOOKS="$root/notebooks"
# What kernels draw goes to the folder that they are started in.
cd "$folder"
status=0
"$root/$environment/bin/python" -W ignore::ResourceWarning -m unittest discover -v -s "$root/Tests/JupyterTests/Clients" -p '*_test.py' || status=$?
# Each kernel is told where its connection file is, which is in this folder; the last of them may still be about to end.
kernels() { grep -lsF "$folder/runtime" /proc/[0-9]*/cmdline || true; }
for _ in {1..50}; do
  [ -z "$(kernels)" ] && break
  sleep 0.1
done
for process in $(kernels); do
  echo "left behind: $process $(tr '\0' ' ' < "$process")"
  status=1
done
exit $status
