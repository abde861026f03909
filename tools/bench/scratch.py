"""What benchmarks and scenarios stand on: a master in a scratch folder, and programs beside it."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE = 30  # seconds that anything awaited may take


class Failed(Exception):
    pass


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(what, condition, patience=PATIENCE, pause=0.05):
    """The first true answer of `condition`; fails with `what` after `patience` seconds."""
    end = time.monotonic() + patience
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failed("waited in vain for " + what)
        time.sleep(pause)


class Scratch:
    """A folder and a port of its own, and processes that end with it."""

    def __init__(self):
        self.base = tempfile.mkdtemp(prefix="troupe-")
        self.port = free_port()
        self.children = []

    def begin(self, words, **options):
        for child in self.children:
            child.poll()  # one that was killed is gone for good, and its pid with it
        child = subprocess.Popen(words, **options)
        self.children.append(child)
        return child

    def begin_twistd(self, folder):
        # In the foreground, so that it is ours to signal and to wait for.
        return self.begin([shutil.which("twistd3") or "twistd", "--nodaemon", "--no_save",
                           "--logfile=twistd.log", "--python=buildbot.tac"],
                          cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def twistd_log(self, folder):
        try:
            with open(os.path.join(folder, "twistd.log")) as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def end_children(self):
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.wait()

    def close(self):
        self.end_children()
        shutil.rmtree(self.base, ignore_errors=True)


class Master(Scratch):
    """A troupe master; in its configuration @PORT@ stands for its port."""

    def __init__(self, troupe, lua):
        super().__init__()
        self.troupe = troupe
        self.folder = os.path.join(self.base, "master")
        os.makedirs(self.folder)
        self.configure(lua)

    def configure(self, lua):
        with open(os.path.join(self.folder, "master.lua"), "w") as file:
            file.write(lua.replace("@PORT@", str(self.port)))

    def run(self, *words, check=True, patience=60):
        done = subprocess.run([self.troupe, *words], capture_output=True, text=True,
                              timeout=patience)
        if check and done.returncode != 0:
            raise Failed("%s -> %d: %s" % (" ".join(words), done.returncode, done.stderr.strip()))
        return done

    def start(self):
        """Seconds until the master said that it is ready."""
        began = time.monotonic()
        self.run("start", self.folder, patience=120)
        return time.monotonic() - began

    def pid(self):
        with open(os.path.join(self.folder, "troupe.pid")) as file:
            return int(file.read())

    def make_worker(self, name, password, *options, folder=None):
        path = os.path.join(self.base, folder or name)
        subprocess.run(["buildbot-worker", "create-worker", *options, path,
                        "127.0.0.1:%d" % self.port, name, password],
                       check=True, capture_output=True, timeout=60)
        return path

    def close(self):
        self.end_children()
        try:
            os.kill(self.pid(), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            pass
        super().close()
