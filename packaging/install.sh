#!/usr/bin/env bash
# Installs what packaging/stage.sh laid out in STAGE under DESTDIR and PREFIX, and notes each file, and each folder that
# was not there, in share/ddpm-repl/installed: what packaging/uninstall.sh goes by. An earlier installation is removed first.
#
#     packaging/install.sh STAGE PREFIX [DESTDIR]
set -euo pipefail
stage=$1 prefix=$2 destination=${3:-}
case $prefix in
  /*) ;;
  *) echo "PREFIX must begin with /, not as in '$prefix'" >&2; exit 1 ;;
esac
root=$destination$prefix
note=share/ddpm-repl/installed
if [ -e "$root/$note" ]; then "$(dirname "$0")/uninstall.sh" "$prefix" "$destination" > /dev/null; fi

list=$(mktemp)
trap 'rm -f "$list"' EXIT
# From the outermost folder inwards; those that there were already are not ours to remove.
make_folder() {
  [ -d "$1" ] && return
  make_folder "$(dirname "$1")"
  mkdir -m 755 "$1"
  [ "$1" = "$destination" ] || echo "folder ${1#"$destination"}" >> "$list"
}
while IFS= read -r file; do
  make_folder "$root/$(dirname "$file")"
  mode=644
  [ -x "$stage/$file" ] && mode=755
  # A new file in the old one's place: a program that runs keeps its own.
  install -m "$mode" "$stage/$file" "$root/$file"
  echo "file $prefix/$file" >> "$list"
done < <(cd "$stage" && find . -type f -printf '%P\n' | LC_ALL=C sort)
make_folder "$root/$(dirname "$note")"
install -m 644 "$list" "$root/$note"
echo "installed $(grep -c ^file "$list") files under $root; make uninstall removes them"
