#!/usr/bin/env bash
# Makes the published pages of a folder of records: make_site.sh RECORDS SITE
set -euo pipefail

records=$1 site=$2
mkdir -p "$site/records"
answer-key keep "$records"/*.json --records "$site/records"
newest=$(ls "$site"/records/[0-9]*.json | sort --version-sort | tail -1)
answer-key page "$newest" --records "$site/records" -o "$site/index.html"
answer-key releases "$site/records" -o "$site/releases.html"
