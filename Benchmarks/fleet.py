"""How verify does with many small snapshots: workers, and memory over their number.

usage: fleet.py TOOL [COUNT]    COUNT snapshots (10,000) are made in a temporary directory

Both are ratios measured in one run: the time with one worker over the time with two, rounds taking turns so that
what else the machine does hits both alike; and the peak memory for all files over that for a tenth of them.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 7


def make(tool, directory, count):
    """Snapshots of a few kinds, with names that say nothing of them."""
    kinds = []
    for scenario, vcpus in [("nested-critical", 4), ("shared-routing", 8), ("cpu-hotplug", 16), ("linux-boot", 32)]:
        path = os.path.join(directory, scenario)
        subprocess.run([tool, "dump", "--scenario", scenario, "--vcpus", str(vcpus), "--to", "sdei", "-o", path], check=True)
        with open(path, "rb") as file:
            kinds.append(file.read())
        os.remove(path)
    for part in range(10):
        os.mkdir(os.path.join(directory, f"host-{part}"))
    for number in range(count):
        path = os.path.join(directory, f"host-{number % 10}", f"vm-{number:06}.sdei")
        with open(path, "wb") as file:
            file.write(kinds[number % len(kinds)])
    return sum(map(len, kinds)) // len(kinds)


def run(tool, directory, jobs):
    """Seconds, and the summary line."""
    start = time.monotonic()
    result = subprocess.run([tool, "verify", "-r", directory, "--jobs", str(jobs), "--format", "jsonl"],
                            stdout=subprocess.PIPE, check=False)
    seconds = time.monotonic() - start
    if result.returncode not in (0, 1):
        sys.exit(f"verify failed: {result.returncode}")
    return seconds, result.stdout


def peak(tool, directory):
    """The most memory, in KiB, of one run in a process of its own."""
    null = os.open(os.devnull, os.O_WRONLY)
    arguments = [tool, "verify", "-r", directory, "--jobs", "2", "--format", "jsonl"]
    pid = os.posix_spawn(tool, arguments, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)])
    return os.wait4(pid, 0)[2].ru_maxrss


def main(tool, count):
    tool = os.path.abspath(tool)
    with tempfile.TemporaryDirectory() as directory:
        size = make(tool, directory, count)
        times = {1: [], 2: []}
        outputs = set()
        for _ in range(ROUNDS):
            for jobs in times:
                seconds, output = run(tool, directory, jobs)
                times[jobs].append(seconds)
                outputs.add(output)
        if len(outputs) != 1:
            sys.exit("the reports differ with the number of workers")
        one, two = (statistics.median(times[jobs]) for jobs in (1, 2))
        all_files = peak(tool, directory)
        tenth = peak(tool, os.path.join(directory, "host-0"))
    print(f"{count:,} snapshots of {size:,} bytes on average, {ROUNDS} rounds, medians")
    print(f"one worker   {one * 1e6 / count:8.1f} us for each")
    print(f"two workers  {two * 1e6 / count:8.1f} us for each   {one / two:.2f} times as fast")
    print(f"peak memory  {tenth:,} KiB for {count // 10:,}, {all_files:,} KiB for {count:,}: {all_files / tenth:.2f} times")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
