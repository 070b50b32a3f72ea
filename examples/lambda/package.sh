#!/usr/bin/env bash
# Packs `receipt lambda` for AWS Lambda (provided.al2023) as a zip that brings all it needs:
#
#   examples/lambda/package.sh [OUT.zip]     (default .build/receipt-lambda.zip)
#
# RECEIPT_BINARY names a receipt that is built already; it should be one of --static-swift-stdlib.
# The system's C library comes along and is used through its own loader, so that it does not matter
# how old the one of Lambda's image is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=$(realpath -m "${1:-.build/receipt-lambda.zip}")

if [ -z "${RECEIPT_BINARY:-}" ]; then
  swift build -c release --static-swift-stdlib --product receipt
  RECEIPT_BINARY=$(swift build -c release --static-swift-stdlib --product receipt --show-bin-path)/receipt
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/lib"
cp "$RECEIPT_BINARY" "$work/receipt"
strip "$work/receipt" 2>/dev/null || true
loader=
while read -r name arrow path _; do
  case $name in
    /*ld-linux*) loader=$(basename "$name"); cp -L "$name" "$work/lib/" ;;
    *) if [ "$arrow" = '=>' ] && [ -f "$path" ]; then cp -L "$path" "$work/lib/$name"; fi ;;
  esac
done < <(ldd "$RECEIPT_BINARY")
[ -n "$loader" ] || { echo "error: $RECEIPT_BINARY names no loader" >&2; exit 1; }

cat > "$work/bootstrap" <<EOF
#!/bin/sh
# Amazon Linux keeps its certificates elsewhere than Debian, whose libraries these are.
for file in /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/certs/ca-certificates.crt; do
  if [ -z "\$AWS_CA_BUNDLE" ] && [ -f "\$file" ]; then export AWS_CA_BUNDLE="\$file"; fi
done
here=\${LAMBDA_TASK_ROOT:-\$(dirname "\$0")}
unset LD_LIBRARY_PATH
exec "\$here/lib/$loader" --library-path "\$here/lib" "\$here/receipt" lambda
EOF
chmod 755 "$work/bootstrap" "$work/receipt"
mkdir -p "$(dirname "$out")"
rm -f "$out"
# Python's zip: a `zip` command is not everywhere, and modes must be kept.
python3 - "$work" "$out" <<'EOF'
import os, sys, zipfile
root, out = sys.argv[1:]
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            entry = zipfile.ZipInfo(os.path.relpath(path, root), (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100755 if os.access(path, os.X_OK) else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, open(path, "rb").read())
EOF
echo "$out: $(stat -c %s "$out") bytes"
