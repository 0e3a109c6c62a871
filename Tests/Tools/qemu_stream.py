"""Runs QEMU stopped, sends its migration stream to a file, and ends it.

usage: qemu_stream.py OUT [CAPABILITY...] -- PROGRAM ARGUMENT...

QEMU is spoken to on its standard input and output (QMP), dies with this process, and this process dies
with the one that started it and after a minute at the latest. Exit status: 3 when a capability is
refused, 1 for everything else that fails.
"""
import ctypes
import json
import os
import signal
import subprocess
import sys
import time


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def command(qemu, name, **arguments):
    text = json.dumps({"execute": name, "arguments": arguments})
    qemu.stdin.write(text.encode() + b"\n")
    qemu.stdin.flush()
    for line in qemu.stdout:
        answer = json.loads(line)
        if "return" in answer or "error" in answer:
            return answer
    raise RuntimeError("QEMU ended")


def main():
    cut = sys.argv.index("--")
    out, capabilities, arguments = sys.argv[1], sys.argv[2:cut], sys.argv[cut + 1:]
    die_with_parent()
    signal.alarm(60)
    fixed = ["-S", "-display", "none", "-serial", "none", "-parallel", "none", "-qmp", "stdio"]
    qemu = subprocess.Popen(
        arguments + fixed, stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=die_with_parent
    )
    try:
        json.loads(qemu.stdout.readline())
        command(qemu, "qmp_capabilities")
        if capabilities:
            states = [{"capability": name, "state": True} for name in capabilities]
            if "error" in command(qemu, "migrate-set-capabilities", capabilities=states):
                return 3
        command(qemu, "migrate-set-parameters", **{"max-bandwidth": 1 << 33})
        answer = command(qemu, "migrate", uri="exec:cat>'%s'" % out)
        if "error" in answer:
            print(answer, file=sys.stderr)
            return 1
        size = still = 0
        while True:
            # With postcopy the source waits for an answer that never comes: the stream is whole when it
            # no longer grows.
            now = os.path.getsize(out) if os.path.exists(out) else 0
            still = still + 1 if now == size else 0
            size = now
            if "postcopy-ram" in capabilities and size > 0 and still == 50:
                return 0
            status = command(qemu, "query-migrate")["return"].get("status")
            if status == "completed":
                return 0
            if status in ("failed", "cancelled"):
                print(status, file=sys.stderr)
                return 1
            time.sleep(0.02)
    finally:
        qemu.kill()
        qemu.wait()


sys.exit(main())
