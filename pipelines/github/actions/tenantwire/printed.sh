#!/usr/bin/env bash
# Runs a command whose output is no command to the runner: names in a directory can be anything (documented:
# stop-commands).
token=$(openssl rand -hex 16)
echo "::stop-commands::$token"
code=0
"$@" || code=$?
echo "::$token::"
exit "$code"
