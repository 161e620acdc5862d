#!/bin/sh
# Make the secrets of compose.yaml once, below deploy/machine/secrets/. What is there is kept.
set -eu
umask 077
cd -- "$(dirname -- "$0")"
mkdir -p secrets
fresh() { [ -s "secrets/$1" ] || openssl rand -hex 32 | tr -d '\n' > "secrets/$1"; cat "secrets/$1"; }
written() { [ -s "secrets/$1" ] || printf '%s' "$2" > "secrets/$1"; }
fresh secret_key > /dev/null
fresh lookup_key > /dev/null
written owner_url "postgis://luqin_owner:$(fresh owner_password)@postgres:5432/luqin"
written database_url "postgis://luqin_app:$(fresh app_password)@postgres:5432/luqin"
written sealer_url "postgis://luqin_sealer:$(fresh sealer_password)@postgres:5432/luqin"
written redis_url "redis://:$(fresh redis_password)@redis:6379/0"
for name in tls_certificate tls_key; do
    [ -s "secrets/$name" ] || echo "put the server's certificate chain and key at deploy/machine/secrets/$name" >&2
done
