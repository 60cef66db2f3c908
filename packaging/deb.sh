#!/usr/bin/env bash
# Makes a Debian package of what packaging/stage.sh laid out in STAGE for the prefix /usr: FOLDER/ddpm-repl_VERSION_ARCH.deb.
# What it depends on are the packages of this system that hold the libraries which the programs are linked to. Where what
# --mpi loads is among the files, Open MPI is recommended: without it all else works.
#
#     packaging/deb.sh STAGE FOLDER
set -euo pipefail
stage=$(realpath "$1") folder=$2
source_date=${SOURCE_DATE_EPOCH:-$(git -C "$(dirname "$0")" log -1 --format=%ct 2> /dev/null || date +%s)}
for tool in dpkg-deb dpkg-shlibdeps; do
  command -v $tool > /dev/null || { echo "$tool is needed: apt-get install dpkg-dev" >&2; exit 1; }
done
version=$("$stage/bin/ddpm-repl" --version | sed 's/^[^ ]* //')
architecture=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/usr" "$root/DEBIAN" "$work/debian" "$folder"
cp -a "$stage/." "$root/usr"

# Where Debian keeps them: zsh's completions of packages, compressed pages and changelogs.
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"
gzip -9n "$root"/usr/share/man/man*/*
documents=$root/usr/share/doc/ddpm-repl
mv "$documents/CHANGELOG.md" "$documents/changelog"
gzip -9n "$documents/changelog"
rm "$documents/LICENSE"
cat > "$documents/copyright" << 'TEXT'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ddpm-repl

Files: *
Copyright: the authors of ddpm-repl
License: GPL-3.0-or-later
 On Debian systems the text of the licence is in /usr/share/common-licenses/GPL-3.
TEXT

# dpkg-shlibdeps wants a control file to be there.
printf 'Source: ddpm-repl\n\nPackage: ddpm-repl\nArchitecture: any\n' > "$work/debian/control"
packages_of() { (cd "$work" && dpkg-shlibdeps -O "$@" 2> "$work/log" | sed -n 's/^shlibs:Depends=//p'); }
depends=$(packages_of -e"$root/usr/bin/ddpm-repl" -e"$root/usr/bin/ddpm-kernel")
[ -n "$depends" ] || { cat "$work/log" >&2; exit 1; }
recommends=less
if [ -e "$root/usr/lib/ddpm-repl/libddpm-mpi.so" ]; then
  libraries=$(packages_of -e"$root/usr/lib/ddpm-repl/libddpm-mpi.so" | tr ',' '\n' | grep mpi | sed 's/^ *//')
  [ -n "$libraries" ] || { cat "$work/log" >&2; exit 1; }
  # Its version of mpirun is of the same source.
  recommends="less, $libraries, openmpi-bin"
fi

cat > "$root/DEBIAN/control" << TEXT
Package: ddpm-repl
Version: $version
Architecture: $architecture
Maintainer: the authors of ddpm-repl <ddpm-repl@localhost>
Section: science
Priority: optional
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: $depends
Recommends: $recommends
Suggests: jupyter-client, bash-completion
Description: explore clustering with diffusion models by typing
 ddpm-repl implements ClusterDDPM: a conditional diffusion model whose latent
 space has a mixture of Gaussians as its prior, trained by EM. Load a data set,
 train a few rounds, look at a t-SNE of the latents and at samples of every
 cluster, and save the session as a script that replays to the byte.
 .
 ddpm-kernel serves the same commands to Jupyter.
TEXT
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum > DEBIAN/md5sums)
chmod 644 "$root/DEBIAN/md5sums"
find "$root" -newermt "@$source_date" -exec touch -h -d "@$source_date" {} +
package=$folder/ddpm-repl_${version}_$architecture.deb
SOURCE_DATE_EPOCH=$source_date dpkg-deb --root-owner-group --build "$root" "$package" > /dev/null
echo "wrote $package ($(du -h "$package" | cut -f1), $(du -sh --exclude=DEBIAN "$root" | cut -f1) installed)"
echo "depends on $depends"
echo "recommends $recommends"
