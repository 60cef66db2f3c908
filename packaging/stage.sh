#!/usr/bin/env bash
# Lays out in FOLDER all that an installation has under PREFIX: programs, manual, completions, kernel, notebooks, editors'
# files, documents. PROGRAMS is where they were built, MPI where make mpi has left what --mpi loads, if it was asked to.
#
#     packaging/stage.sh PROGRAMS FOLDER PREFIX [MPI]
set -euo pipefail
cd "$(dirname "$0")/.."
programs=$1 folder=$2 prefix=$3 mpi=${4:-}
share=$folder/share

rm -rf "$folder"
for program in ddpm-repl ddpm-kernel; do
  install -D -m 755 "$programs/$program" "$folder/bin/$program"
  strip --strip-unneeded "$folder/bin/$program"
done

# Where the program looks for it.
if [ -n "$mpi" ] && [ -e "$mpi/libddpm-mpi.so" ] && [ -e "$mpi/ddpm-repl-mpi" ]; then
  install -D -m 644 "$mpi/libddpm-mpi.so" "$folder/lib/ddpm-repl/libddpm-mpi.so"
  strip --strip-unneeded "$folder/lib/ddpm-repl/libddpm-mpi.so"
  install -D -m 755 "$mpi/ddpm-repl-mpi" "$folder/bin/ddpm-repl-mpi"
fi

for page in docs/man/*.[15]; do install -D -m 644 -t "$share/man/man${page##*.}" "$page"; done

# As swift-argument-parser writes them, asked of each program. It gives ddpm-repl a subcommand, help, which it does not have; zsh
# then refuses the script for its two kinds of rest.
for program in ddpm-repl ddpm-kernel; do
  mkdir -p "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
  "$folder/bin/$program" --generate-completion-script bash > "$share/bash-completion/completions/$program"
  "$folder/bin/$program" --generate-completion-script zsh > "$share/zsh/site-functions/_$program"
  "$folder/bin/$program" --generate-completion-script fish > "$share/fish/vendor_completions.d/$program.fish"
done
sed -i -e "/'(-): :->command'/d" -e "/'(-)\*:: :->arg'/d" "$share/zsh/site-functions/_ddpm-repl"

"$folder/bin/ddpm-kernel" install --prefix "$folder" --program "$prefix/bin/ddpm-kernel" > /dev/null

install -D -m 644 -t "$share/ddpm-repl/notebooks" notebooks/*.ddpm
for kind in syntax ftdetect ftplugin; do
  install -D -m 644 -t "$share/vim/vimfiles/$kind" editors/vim/$kind/ddpm.vim
  install -D -m 644 -t "$share/nvim/site/$kind" editors/vim/$kind/ddpm.vim
done
install -D -m 644 -t "$share/ddpm-repl/vscode" editors/vscode/*

# The documents lie as in the repository, so that their links hold.
documents=$share/doc/ddpm-repl
install -D -m 644 -t "$documents" README.md CHANGELOG.md CONTRIBUTING.md LICENSE
install -D -m 644 -t "$documents/docs" docs/*.md
find assets -type f -exec install -D -m 644 '{}' "$documents/{}" \;
