"""Prints one line of JSON for each call: what was called, and what went wrong if anything did."""

import json
import os

KNOWN = json.loads(os.environ["KNOWN"])


def say(call, said=""):
    print(json.dumps({"call": call, "said": str(said).strip().split("\n")[0][:300]}), flush=True)


def attempt(call, work):
    try:
        result = work()
    except Exception as error:
        say(call, f"{type(error).__name__}: {error}")
        return None
    say(call)
    return result
