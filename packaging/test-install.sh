#!/usr/bin/env bash
# Installing and uninstalling, tried on a few files: what is removed is exactly what was installed. Then, where the programs are
# built and make mpi has been run, on all of them: what --mpi loads is found where it was installed.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $1" >&2; exit 1; }
listing() { (cd "$work/a root" && find . | LC_ALL=C sort); }

mkdir -p "$work/stage/bin" "$work/stage/share/man/man1" "$work/stage/share/own folder" "$work/a root/usr/local/share/man/man1"
printf '#!/bin/sh\necho one\n' > "$work/stage/bin/one"
chmod 755 "$work/stage/bin/one"
echo page > "$work/stage/share/man/man1/one.1"
echo text > "$work/stage/share/own folder/a file"
echo another > "$work/a root/usr/local/share/man/man1/two.1"
before=$(listing)

./install.sh "$work/stage" /usr/local "$work/a root"
[ "$("$work/a root/usr/local/bin/one")" = one ] || fail "the program does not run"
[ "$(stat -c %a "$work/a root/usr/local/share/man/man1/one.1")" = 644 ] || fail "a page has other permissions"
cmp "$work/stage/share/own folder/a file" "$work/a root/usr/local/share/own folder/a file" || fail "a file differs"

# A later version without one of the files: it goes.
rm "$work/stage/share/own folder/a file"
./install.sh "$work/stage" /usr/local "$work/a root"
[ ! -e "$work/a root/usr/local/share/own folder" ] || fail "a file of the earlier version stayed"

./uninstall.sh /usr/local "$work/a root"
[ "$(listing)" = "$before" ] || fail "what is left differs: $(diff <(echo "$before") <(listing))"
if ./uninstall.sh /usr/local "$work/a root" 2> /dev/null; then fail "nothing was there to remove, and it said so not"; fi
if ./install.sh "$work/stage" usr/local "$work/a root" 2> /dev/null; then fail "a prefix that is no path was taken"; fi

# What others put into a folder of ours stays.
./install.sh "$work/stage" /opt/x "$work/a root"
echo theirs > "$work/a root/opt/x/bin/theirs"
./uninstall.sh /opt/x "$work/a root"
[ "$(cat "$work/a root/opt/x/bin/theirs")" = theirs ] || fail "a file of others was removed"
[ ! -e "$work/a root/opt/x/share" ] || fail "a folder of ours stayed"

programs=../.build/release
for file in ddpm-repl ddpm-kernel libddpm-mpi.so ddpm-repl-mpi; do
  if [ ! -e "$programs/$file" ]; then
    echo "installing and uninstalling are right (not tried with the programs: there is no .build/release/$file)"
    exit 0
  fi
done
./stage.sh "$PWD/$programs" "$work/programs" /opt/ddpm "$PWD/$programs"
./install.sh "$work/programs" /opt/ddpm "$work/a root"
installed="$work/a root/opt/ddpm"
diff -r ../assets "$installed/share/doc/ddpm-repl/assets" || fail "the documents' pictures are elsewhere"
export HOME=$work OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 TMPDIR=/tmp
unset DDPM_MPI_LIBRARY
session=(--batch --no-rc -c 'load strokes count=40' -c 'set')
"$installed/bin/ddpm-repl-mpi" "${session[@]}" > "$work/alone" || fail "ddpm-repl-mpi does not run where it is installed"
grep -q 'shards=8' "$work/alone" || fail "ddpm-repl-mpi does not know that it trains with others"
# The first of them alone shows something.
mkdir "$work/links"
ln -s "$installed/bin/ddpm-repl-mpi" "$work/links/mpi"
mpirun -n 2 --oversubscribe "$work/links/mpi" "${session[@]}" > "$work/both" || fail "two processes do not run by a link"
[ "$(grep -c 'shards=8' "$work/both")" = 1 ] || fail "two processes do not work as one"
mv "$installed/lib/ddpm-repl/libddpm-mpi.so" "$work"
if "$installed/bin/ddpm-repl-mpi" "${session[@]}" > /dev/null 2> "$work/errors"; then fail "the library is taken from elsewhere"; fi
grep -qF "$installed/lib/ddpm-repl/libddpm-mpi.so" "$work/errors" || fail "it is not said where the library is looked for"
./uninstall.sh /opt/ddpm "$work/a root"
[ ! -e "$installed/bin/ddpm-repl-mpi" ] && [ ! -e "$installed/lib" ] || fail "something of MPI's stayed"
echo "installing and uninstalling are right, on several processes too"
