"""How long from a card in the field to its idTag, and what polling costs: `ladepunkt reader test` at an emulated PN532 at 115200 baud.

    python Tests/EndToEnd/measure_reader.py [--presentations 1000] [--ladepunkt .build/debug/ladepunkt]
"""

import argparse
import contextlib
import json
import os
import random
import select
import statistics
import subprocess
import tempfile
import time

from pn532 import PN532


def processor_time(process):
    fields = open(f"/proc/{process}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def ended(process):
    """Ends the process whatever happens: Popen's own end waits for it, which would hide a failure behind a program that reads on."""
    try:
        yield
    finally:
        process.terminate()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presentations", type=int, default=1000)
    parser.add_argument("--ladepunkt", default=".build/debug/ladepunkt")
    options = parser.parse_args()
    chance = random.Random(42)
    with tempfile.TemporaryDirectory() as folder, PN532(f"{folder}/tty") as reader:
        command = [options.ladepunkt, "reader", "test", "--device", f"pn532_uart:{folder}/tty", "--lock-directory", folder, "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process, ended(process):

            def looks(count):
                wanted = reader.chip.empty_polls + count
                # Nine looks a second at three technologies are 27 polls; a busy machine may take four times as long.
                deadline = time.monotonic() + 10 + count / 7
                while reader.chip.empty_polls < wanted:
                    assert time.monotonic() < deadline and process.poll() is None, "the reader is not polled"
                    time.sleep(0.002)

            looks(9)
            begin, used = time.monotonic(), processor_time(process.pid)
            looks(270)
            idle = (processor_time(process.pid) - used) / (time.monotonic() - begin)
            latencies = []
            for number in range(options.presentations):
                # A whole look at three technologies finds nothing; then somewhere within the next.
                looks(3)
                time.sleep(chance.uniform(0, 0.12))
                uid = f"04{number:06X}"
                at = time.monotonic()
                reader.present(uid)
                assert select.select([process.stdout], [], [], 5)[0], f"presentation {number} was missed"
                card = json.loads(process.stdout.readline())
                latencies.append((time.monotonic() - at) * 1000)
                assert card["uid"] == uid, f"{card} instead of {uid}"
                reader.remove()
            looks(12)
            assert not select.select([process.stdout], [], [], 0)[0], "a presentation was reported twice"
    latencies.sort()
    print(f"{len(latencies)} presentations, none missed, none doubled")
    print(f"presentation to idTag: median {statistics.median(latencies):.0f} ms, p99 {latencies[int(len(latencies) * 0.99)]:.0f} ms, "
          f"most {latencies[-1]:.0f} ms")
    print(f"processor while nothing is in the field: {idle * 100:.2f} % of one core")


if __name__ == "__main__":
    main()
