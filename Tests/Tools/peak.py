"""Runs a program and writes the most memory that it had, in KiB, to a file.

usage: peak.py FILE PROGRAM ARGUMENT...    exit status: the program's

The kernel counts what a process had before exec, too; so the measuring process must be small, which a
test process is not.
"""
import os
import sys

pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(pid, 0)
with open(sys.argv[1], "w", encoding="ascii") as file:
    file.write(str(usage.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
