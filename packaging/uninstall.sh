#!/usr/bin/env bash
# Removes what packaging/install.sh noted: its files, then its folders where nothing else has come to lie in them.
#
#     packaging/uninstall.sh PREFIX [DESTDIR]
set -euo pipefail
prefix=$1 destination=${2:-}
note=$destination$prefix/share/ddpm-repl/installed
if [ ! -e "$note" ]; then
  echo "nothing is installed under $destination$prefix: $note is not there" >&2
  exit 1
fi
count=0
while read -r kind path; do
  [ "$kind" = file ] || continue
  rm -f "$destination$path"
  count=$((count + 1))
done < "$note"
folders=$(sed -n 's/^folder //p' "$note" | tac)
rm -f "$note"
while IFS= read -r path; do
  [ -z "$path" ] || rmdir --ignore-fail-on-non-empty "$destination$path" 2> /dev/null || true
done <<< "$folders"
echo "removed $count files from $destination$prefix"
