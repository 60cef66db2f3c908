#!/usr/bin/env bash
# The kernels' hashes for every instruction set of this processor and, emulated, for 64-bit Arm: compare.sh [SHAPES]
set -euo pipefail
cd "$(dirname "$0")/../.."
shapes=${1:-300}
build=.build/kernel-hashes
mkdir -p "$build"
# As Package.swift has them.
flags=(-O3 -Wall -Wextra -Werror -fno-math-errno -falign-loops=64 -ffp-contract=off -ISources/CKernels/include)
sources=(Tests/KernelHashes/hashes.c Sources/CKernels/*.c)

clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
here=("${flags[@]}")
[ "$(uname -m)" != x86_64 ] || here+=(-mprefer-vector-width=512)
"$clang" "${here[@]}" "${sources[@]}" -o "$build/here" -lm
"$build/here" "$shapes" >"$build/best"
for set in avx512 avx2 baseline; do
  status=0
  DDPM_INSTRUCTIONS=$set "$build/here" "$shapes" >"$build/$set" || status=$?
  if [ $status = 77 ]; then echo "$set: not on this processor" && continue; fi
  [ $status = 0 ] && diff "$build/best" "$build/$set" || { echo "$set differs"; exit 1; }
done
if [ "$(uname -m)" = x86_64 ]; then
  "$clang" --target=aarch64-linux-gnu -static -fuse-ld=lld "${flags[@]}" "${sources[@]}" -o "$build/arm64" -lm
  qemu-aarch64 "$build/arm64" "$shapes" | diff "$build/best" - || { echo "64-bit Arm differs"; exit 1; }
fi
cat "$build/best"
echo "the same for all"
