#!/usr/bin/env bash
# Installs a package in a root folder that has nothing but Debian's essential packages, runs it there as a user would, and
# removes it again. Needs root and debootstrap; skips, with a message, where they are missing.
#
#     packaging/test-deb.sh PACKAGE.deb [ROOT]
#
# ROOT is one that debootstrap made before, which is copied: that saves its minutes.
set -euo pipefail
package=$(realpath "$1")
[ "$(id -u)" = 0 ] || { echo "skipped: only root can change roots"; exit 0; }
[ -n "${2:-}" ] || command -v debootstrap > /dev/null || { echo "skipped: debootstrap is not installed"; exit 0; }
. /etc/os-release
root=$(mktemp -d)
trap 'umount "$root/proc" 2> /dev/null || true; rm -rf --one-file-system "$root"' EXIT
if [ -n "${2:-}" ]; then
  cp -a "$2/." "$root"
else
  mirror=$(grep -rhoE 'https?://[^ ]+/debian/?' /etc/apt/sources.list /etc/apt/sources.list.d 2> /dev/null \
    | grep -v snapshot | head -1 || true)
  echo "making a root of $VERSION_CODENAME"
  if ! debootstrap --variant=minbase --include=man-db "$VERSION_CODENAME" "$root" "${mirror:-http://deb.debian.org/debian}" \
    > "$root/log" 2>&1; then
    tail "$root/log"
    echo "skipped: debootstrap cannot reach its packages"
    exit 0
  fi
fi
mount -t proc proc "$root/proc" 2> /dev/null || echo "(without /proc)"
for file in /etc/resolv.conf /etc/hosts; do cp "$file" "$root$file" 2> /dev/null || true; done
cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
# What is of the program, but for what its user made.
installed() {
  inside sh -c 'find / -xdev -not -path "/proc/*" -not -path "/var/*" -not -path "/tmp/*" -not -path "$HOME/*" -path "*ddpm*"'
}
fail() { echo "FAILED: $1" >&2; exit 1; }
# Debian's images leave out manuals, but that is what is looked at here.
rm -f "$root"/etc/dpkg/dpkg.cfg.d/*
installed > "$root/tmp/before"

cp "$package" "$root/tmp/ddpm-repl.deb"
inside apt-get update -q > /dev/null
inside apt-get install -q -y --no-install-recommends /tmp/ddpm-repl.deb > "$root/tmp/log" 2>&1 || { tail "$root/tmp/log"; fail "it does not install"; }
! inside ldd /usr/bin/ddpm-repl | grep 'not found' || fail "a library is missing"
! inside ldd /usr/bin/ddpm-kernel | grep 'not found' || fail "a library of the kernel is missing"

cat > "$root/tmp/session.ddpm" << 'TEXT'
load strokes count=400
model fast channels=8 components=10
pretrain epochs=1
train rounds=1
evaluate
plot tsne points=200 out=/tmp/tsne.png
plot loss out=/tmp/loss.pdf
sample steps=3 out=/tmp/samples.png
save /tmp/state.safetensors
TEXT
inside ddpm-repl --batch /tmp/session.ddpm || fail "a session does not run"
for file in tsne.png loss.pdf samples.png state.safetensors; do [ -s "$root/tmp/$file" ] || fail "$file was not written"; done
inside ddpm-repl --batch -c 'restore /tmp/state.safetensors; evaluate' > /dev/null || fail "the session does not come back"
inside ddpm-repl --check /usr/share/ddpm-repl/notebooks/quickstart.ddpm || fail "the notebooks are not right"
inside ddpm-kernel --version || fail "the kernel does not start"
for page in ddpm-repl ddpm-kernel ddpm; do
  inside man "$page" | grep -q DESCRIPTION || fail "man $page shows nothing"
done
grep -q '"/usr/bin/ddpm-kernel"' "$root/usr/share/jupyter/kernels/ddpm/kernel.json" || fail "kernel.json names another program"

# What --mpi loads is in the package if it was made, and Open MPI is not asked for by the package alone.
if [ -e "$root/usr/bin/ddpm-repl-mpi" ]; then
  ! inside ddpm-repl-mpi --batch -c info > /dev/null 2> "$root/tmp/log" || fail "ddpm-repl-mpi runs without Open MPI"
  grep -q 'libmpi' "$root/tmp/log" || { cat "$root/tmp/log"; fail "it is not said that Open MPI is missing"; }
  recommended=$(inside dpkg-query -W -f '${Recommends}' ddpm-repl | tr ',' '\n' | sed -n 's/^ *\([^ ]*mpi[^ ]*\).*/\1/p')
  # shellcheck disable=SC2086
  inside apt-get install -q -y --no-install-recommends $recommended > "$root/tmp/log" 2>&1 \
    || { tail "$root/tmp/log"; fail "what it recommends does not install"; }
  for shell in 'mpirun -n 2 --oversubscribe ddpm-repl-mpi' 'ddpm-repl --shards 8'; do
    inside env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_btl_vader_single_copy_mechanism=none \
      sh -c "$shell --batch -c 'load strokes count=400; model fast channels=8 components=10; pretrain epochs=1' \
        -c 'save /tmp/trained.safetensors overwrite=on'" > "$root/tmp/log" 2>&1 || { tail "$root/tmp/log"; fail "$shell does not train"; }
    sha256sum < "$root/tmp/trained.safetensors" >> "$root/tmp/sums"
  done
  [ "$(uniq "$root/tmp/sums" | wc -l)" = 1 ] || fail "two processes learn something else than one"
  echo "two processes train to the bytes of one"
fi

inside apt-get purge -q -y ddpm-repl > /dev/null 2>&1 || fail "it cannot be removed"
installed > "$root/tmp/after"
cmp "$root/tmp/before" "$root/tmp/after" || fail "something was left behind"
echo "the package installs, runs and goes"
