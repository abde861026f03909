"""What only benchmarks need: a swarm, the shell's socket without a process, figures of /proc."""
import json
import os
import signal
import socket
import subprocess
import time

import scratch
from scratch import Failed

PATIENCE = 120  # seconds that anything awaited may take
TICKS = os.sysconf("SC_CLK_TCK")


def wait_for(what, condition, patience=PATIENCE, pause=0.05):
    return scratch.wait_for(what, condition, patience, pause)


def at_part(figures, part):
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def rss_mb(pid, key="VmRSS"):
    """VmRSS and VmHWM count the pages of the store's mapped file that were touched; RssAnon does not."""
    with open("/proc/%d/status" % pid) as file:
        for line in file:
            if line.startswith(key + ":"):
                return int(line.split()[1]) / 1024
    raise Failed("no %s of %d" % (key, pid))


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid) as file:
        words = file.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / TICKS


def fsync_ms(folder, runs=30):
    """What the disk takes for 8 KB into blocks that are there: the floor under every commit."""
    path = os.path.join(folder, "fsync")
    with open(path, "wb", buffering=0) as file:
        file.write(b"x" * 8192)
        os.fsync(file.fileno())
        took = []
        for _ in range(runs):
            file.seek(0)
            file.write(b"y" * 8192)
            began = time.monotonic()
            os.fdatasync(file.fileno())
            took.append((time.monotonic() - began) * 1000)
    os.unlink(path)
    return round(at_part(took, 0.5), 3)


class Shell:
    """The actor shell's socket, without the cost of a process for each command."""

    def __init__(self, folder):
        self.socket = socket.socket(socket.AF_UNIX)
        here = os.getcwd()
        os.chdir(folder)  # a socket's path has room for 107 bytes
        try:
            self.socket.connect("troupe.sock")
        finally:
            os.chdir(here)
        self.file = self.socket.makefile("rwb")
        self.id = 0

    def send(self, command, *args):
        self.id += 1
        line = {"v": 1, "id": self.id, "command": command, "args": list(args)}
        self.file.write(json.dumps(line).encode() + b"\n")
        self.file.flush()
        return self.id

    def answer(self, which):
        while True:
            line = self.file.readline()
            if not line:
                raise Failed("the shell's connection ended")
            answer = json.loads(line)
            if answer["id"] != which or answer["more"]:  # another's, or how far it is
                continue
            if not answer["ok"]:
                raise Failed("%s: %s" % (answer["error"]["code"], answer["error"]["message"]))
            return answer["content"]

    def ask(self, command, *args):
        return self.answer(self.send(command, *args))

    def close(self):
        self.file.close()
        self.socket.close()


def begin_swarm(beside, program, workers, *options, trace=False):
    """A swarm in the background, for the master whose port `beside` knows."""
    return beside.begin([program, "--master", "127.0.0.1:%d" % beside.port, "--workers",
                         str(workers), *(["--trace"] if trace else []), *options],
                        stdout=subprocess.PIPE if trace else subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL, text=trace or None)


class Master(scratch.Master):
    def __init__(self, troupe, lua):
        super().__init__(troupe, lua)
        self.shells = []

    def swarm(self, *words, **options):
        return begin_swarm(self, *words, **options)

    def shell(self):
        self.shells.append(Shell(self.folder))
        return self.shells[-1]

    def attached(self, shell, count):
        wait_for("%d workers" % count, lambda: shell.ask("status")["workers_attached"] >= count)
        # Each has been told to the distributor when the shell has the store's word for it.
        wait_for("the workers' records",
                 lambda: sum(bool(row["attached"]) for row in shell.ask("workers")) >= count)
        time.sleep(0.5)

    def close(self):
        for one in self.shells:
            one.close()
        self.end_children()
        try:
            pid = self.pid()
            os.kill(pid, signal.SIGTERM)
            wait_for("the master's end", lambda: not os.path.exists("/proc/%d" % pid), 20)
        except (Failed, FileNotFoundError, ProcessLookupError, ValueError):
            pass
        super().close()


def lua_config(workers, builders, per_builder, command='"true"', changed=(-1, "")):
    """`per_builder` workers for each builder, in turn; `changed`: a builder and its description."""
    return """
local c = BuildmasterConfig
c.protocols = { pb = { port = "tcp:@PORT@:interface=127.0.0.1" } }
c.workers = {}
for i = 0, %(workers)d - 1 do c.workers[i + 1] = worker.Worker{ "w" .. i, "pass" } end
c.change_source = { changes.PBChangeSource{ user = "change", passwd = "changepw" } }
local names = {}
c.builders = {}
for b = 0, %(builders)d - 1 do
  local f = util.BuildFactory{}
  f:addStep(steps.ShellCommand{ name = "run", command = %(command)s })
  local mine = {}
  for k = 0, %(per)d - 1 do mine[k + 1] = "w" .. ((b * %(per)d + k) %% %(workers)d) end
  names[b + 1] = "b" .. b
  c.builders[b + 1] = util.BuilderConfig{ name = "b" .. b, workernames = mine, factory = f,
                                          collapseRequests = false,
                                          description = b == %(which)d and "%(message)s" or nil }
end
c.schedulers = {
  schedulers.ForceScheduler{ name = "force", builderNames = names },
  schedulers.AnyBranchScheduler{ name = "any", change_filter = util.ChangeFilter{ branch = "main" },
                                 builderNames = { "b0" } },
}
""" % {"workers": workers, "builders": builders, "per": per_builder, "command": command,
       "which": changed[0], "message": changed[1]}
