"""Runs inside the virtual board and does what the host asks: requests and answers are lines of JSON on a virtio port.

A request is `{"id", "do", …}`, its answer `{"id", "answer"}` or `{"id", "error"}`. Unasked come `{"event": …}`: a line or the PWM duty
changed, a process wrote or ended. Decides nothing: what a contactor or a vehicle does, the host's models say.
"""

import base64
import glob
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import traceback

from guest_lines import Lines, watch


# These keep their order and take no time.
AT_ONCE = ("chip", "hold", "pull", "value", "kill")


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Agent:
    def __init__(self, port):
        self.port = port
        self.writing = threading.Lock()
        self.lines = None
        self.processes = {}

    def say(self, **what):
        data = (json.dumps(what) + "\n").encode()
        with self.writing:
            while data:
                data = data[os.write(self.port, data) :]

    def answer(self, request):
        identifier, do = request.pop("id"), request.pop("do")
        try:
            self.say(id=identifier, answer=getattr(self, f"do_{do}")(**request))
        except Exception as error:
            if not isinstance(error, OSError):
                traceback.print_exc()
            self.say(id=identifier, error=f"{do}: {type(error).__name__}: {error}")

    # Lines

    def do_chip(self, label, lines, watched):
        """Makes a chip with lines of these names; `watched` ones are reported at each change."""
        self.lines = Lines(label, lines, watched)
        threading.Thread(target=watch, args=(self.lines, self.say), daemon=True).start()

    def do_hold(self, on):
        self.lines.hold(on)

    def do_pull(self, line, up):
        self.lines.pull(line, up)

    def do_value(self, line):
        return self.lines.value(line)

    # Processes

    def do_start(self, argv, cwd="/", environment=None):
        process = subprocess.Popen(
            argv, cwd=cwd, env=os.environ | (environment or {}), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.processes[process.pid] = process
        threading.Thread(target=self.follow, args=(process,), daemon=True).start()
        return process.pid

    def follow(self, process):
        while text := os.read(process.stdout.fileno(), 65536):
            self.say(event="output", pid=process.pid, text=text.decode(errors="replace"))
        self.say(event="ended", pid=process.pid, status=process.wait())

    def do_kill(self, pid, name="SIGKILL"):
        self.processes[pid].send_signal(signal.Signals[name])

    def do_run(self, argv, timeout=30, cwd="/"):
        done = subprocess.run(argv, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
        return {"status": done.returncode, "output": done.stdout.decode(errors="replace"), "errors": done.stderr.decode(errors="replace")}

    # Files, and the daemon's local API

    def do_read(self, path):
        with open(path, "rb") as file:
            return base64.b64encode(file.read()).decode()

    def do_write(self, path, content):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(content))
            file.flush()
            os.fsync(file.fileno())

    def do_http(self, path, method, target, body=None, timeout=20):
        connection = UnixConnection(path, timeout)
        try:
            kind = {} if body is None else {"Content-Type": "application/json"}
            connection.request(method, target, body, kind | {"Connection": "close"})
            response = connection.getresponse()
            return {"status": response.status, "text": response.read().decode()}
        finally:
            connection.close()


def main():
    agent = Agent(os.open(glob.glob("/dev/vport*p1")[0], os.O_RDWR))
    agent.say(event="up")
    with os.fdopen(os.dup(agent.port), "rb", buffering=65536) as requests:
        for line in requests:
            request = json.loads(line)
            if request["do"] in AT_ONCE:
                agent.answer(request)
            else:
                threading.Thread(target=agent.answer, args=(request,), daemon=True).start()


main()
