"""The shell against a running master: on a terminal, as JSON, and reconfigurations that fail."""
import fcntl
import json
import os
import pty
import re
import select
import socket
import subprocess
import termios
import time

import jsonschema

from rig import Failed, run_scenarios, wait_for
from stock_peers_test import begin_slow, config, expect, let_go, with_worker

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/shell.schema.json")


class Terminal:
    """A person at the prompt, on a pseudo-terminal."""

    PROMPT = re.compile(r"troupe:/[^ ]*> $")

    def __init__(self, master):
        self.end, inner = pty.openpty()
        self.process = subprocess.Popen([master.troupe, "shell", master.folder], stdin=inner,
                                        stdout=inner, stderr=inner, close_fds=True,
                                        env=dict(os.environ, TERM="dumb"),
                                        preexec_fn=self.take_terminal)
        os.close(inner)
        self.seen = set()
        self.read()

    @staticmethod
    def take_terminal():
        """As the terminal's own process, so that Ctrl-C reaches it."""
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def read(self, until=None, patience=60):
        text, deadline = "", time.monotonic() + patience
        while time.monotonic() < deadline:
            ready, _, _ = select.select([self.end], [], [], 1)
            if ready:
                try:
                    text += os.read(self.end, 65536).decode(errors="replace")
                except OSError:
                    return text
            if (until or self.PROMPT).search(text):
                return text
        raise Failed("the terminal says only: %s" % text[-500:])

    def say(self, line, *expected, confirm=False, interrupt_after=None):
        """Types a line; what came of it must match everything `expected`."""
        self.seen.add(line.split()[0])
        os.write(self.end, line.encode() + b"\n")
        text = ""
        if confirm:
            text = self.read(re.compile(r"\[y/N\] $"))
            os.write(self.end, b"y\n")
        if interrupt_after:
            text += self.read(interrupt_after)
            os.write(self.end, b"\x03")
        text += self.read()
        for one in expected:
            expect("%s says: %s" % (line, text[-800:]), re.search(one, text))
        return text

    def leave(self):
        os.write(self.end, b"exit\n")
        expect("the shell ends", self.process.wait(20) == 0)
        os.close(self.end)


def terminal_session(make):
    """a session on a terminal uses every command, and finds what it looks for"""
    master, path = with_worker(make)
    begin_slow(master)
    at = Terminal(master)
    at.say("help", r"tree ", r"why ", r"crash \*")
    at.say("help trace", "max 20 in 60")
    at.say("status", "workers attached|workers_attached")
    at.say("health", "green", "handlers")
    at.say("tree", "botmaster", "SERVICE")
    at.say("tree /botmaster --depth 1 --limit 2", r"there is more: tree --from /botmaster/locks")
    at.say("cd botmaster", r"troupe:/botmaster> $")
    at.say("ls", "brd", "locks")
    at.say("info brd", "restart_policy|restart policy")
    at.say("state brd", "next_build|next build")
    at.say("config brd", "builders")
    at.say("hears brd", "botmaster::add_buildset")
    at.say("mailbox brd 5", "waiting")
    at.say("links brd", "from:", "/db")
    at.say("cd ..", r"troupe:/> $")
    at.say("config diff", "keeps")
    at.say("crash /botmaster/locks on-purpose", "done", confirm=True)
    at.say("crashes /botmaster/locks", "on-purpose")
    at.say("restarts 5", "/botmaster/locks")
    at.say("top messages --seconds 1 --rows 3", "MESSAGES PER SECOND")
    at.say("workers", "w1")
    at.say("builders", "slow")
    at.say("changes", "ada")
    at.say("builds slow 1", "running")
    at.say("build slow last", "wait")
    at.say("log slow/last wait", "began")
    at.say("requests", "slow")
    at.say("why slow/last", "wait")
    at.say("why w1", "w1")
    at.say("db", "bytes_used|bytes used", "buildrequests")
    at.say("conns", "listeners", "127.0.0.1")
    at.say("journal", "segment list|segment_list", "records per second|records_per_second")
    at.say("cause /botmaster/brd botmaster::add_buildset", "> ", "/botmaster/brd: botmaster::add_buildset")
    at.say("at 1s state /botmaster/brd", "next_build|next build")
    at.say("record begin terminal", "journal-terminal", confirm=True)
    at.say("record end", "done", confirm=True)
    at.say("suspend /change_svc", "done", confirm=True)
    at.say("send /change_svc unsubscribe_changes {}", "sent|does not hear", confirm=True)
    at.say("resume /change_svc", "done", confirm=True)
    at.say("swap /botmaster/brd", "done", confirm=True)
    at.say("restart /scheduler_manager", "done", confirm=True)
    at.say("reconfig --dry-run", "keeps")
    at.say("reconfig", "nothing to change", confirm=True)
    at.say("reconfigs 3", "unchanged")
    at.say("force force tests", "buildset", confirm=True)
    at.say("worker w1 pause 'a word'", "done", confirm=True)
    at.say("worker w1 unpause", "done", confirm=True)
    at.say("cancel 999", "no|not", confirm=True)
    at.say("stop tests/1 'not needed'", "done|not running|no build", confirm=True)
    at.say("watch", interrupt_after=re.compile(r"\d\d:\d\d:\d\d "))
    at.say("trace /botmaster/brd max 1 in 1", "WHY|why|time|count")
    at.say("acts 30", "worker w1 pause", "root|uid")
    at.say("nonsense", "no such command")
    let_go(master, path)
    master.finished("slow", 1)
    os.write(at.end, b"shutdown --clean\n")
    at.seen.add("shutdown")
    at.read(re.compile(r"\[y/N\] $"))
    os.write(at.end, b"y\n")
    at.read()
    at.leave()
    known = {row["name"] for row in HELP if row["example"]} | {"cd"}
    expect("commands that nobody tried: %s" % (known - at.seen), known <= at.seen)


HELP = []


def json_twin(make):
    """every command that reads answers JSON as the schema in docs/ says, and so does every refusal"""
    with open(SCHEMA) as file:
        schema = json.load(file)
    validator = jsonschema.Draft7Validator(schema)
    master, path = with_worker(make)
    begin_slow(master)
    HELP[:] = master.shell("help")

    def check(*words):
        done = master.run("shell", master.folder, "--json", *words, check=False)
        for line in done.stdout.splitlines():
            for problem in validator.iter_errors(json.loads(line)):
                raise Failed("%s: %s: %s" % (" ".join(words), problem.message, line[:300]))
        expect("%s says nothing" % (words,), done.stdout)

    for words in (["help"], ["status"], ["health"], ["tree"], ["tree", "--limit", "2"], ["ls"],
                  ["info", "/db"], ["state", "/db"], ["config", "/pbmanager"], ["config", "diff"],
                  ["hears", "/db"], ["mailbox", "/db"], ["links", "/db"], ["crash", "/caches", "x"],
                  ["crashes", "/caches"], ["restarts"], ["top"], ["trace", "/db", "max", "1", "in", "2"],
                  ["workers"], ["builders"], ["changes"], ["builds"], ["build", "slow", "last"],
                  ["log", "slow/last", "wait"], ["requests"], ["why", "slow/last"], ["why", "w1"],
                  ["db"], ["conns"], ["reconfigs"], ["acts"], ["journal"],
                  ["cause", "/botmaster/brd", "botmaster::add_buildset"], ["cause", "99999999"],
                  ["at", "1s", "state", "/botmaster/brd"], ["record", "begin", "twin"],
                  ["record", "end"], ["record", "end"], ["suspend", "/caches"],
                  ["resume", "/caches"], ["swap", "/caches"], ["restart", "/caches"], ["reconfig"],
                  ["reconfig", "--dry-run"], ["force", "force", "tests"], ["cancel", "999"],
                  ["worker", "w1", "pause"], ["send", "/caches", "nonsense"], ["state", "/nobody"],
                  ["nonsense"], ["top", "speed"]):
        check(*words)
    text = json.dumps(master.shell("config", "/pbmanager"))
    expect("a password is shown: %s" % text, "changepw" not in text and "(secret)" in text)
    let_go(master, path)


def refused_in_prepare(make):
    """a port that somebody has refuses a reconfiguration before anything changes; the build goes on"""
    master, path = with_worker(make)
    begin_slow(master)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        other = config().replace("echo out;", "echo changed;").replace(
            "tcp:@PORT@:interface=127.0.0.1",
            "tcp:%d:interface=127.0.0.1" % taken.getsockname()[1])
        master.configure(other)
        done = master.run("reconfig", master.folder, check=False)
    expect("it was taken: %s" % done.stdout, done.returncode == 1)
    expect("words: %s" % done.stderr, "refused, nothing was changed" in done.stderr
           and "cannot listen on" in done.stderr)
    expect("something changed", "echo changed" not in json.dumps(
        master.shell("config", "/botmaster/builders/tests")))
    expect("health", master.shell("health")["status"] == "yellow")
    last = master.shell("reconfigs", "1")[0]
    expect("record: %s" % last, last["outcome"] == "refused" and last["who"])
    let_go(master, path)
    expect("the build suffered", master.finished("slow", 1)["results"] == "success")


def rolled_back_in_settle(make):
    """a service that fails while a reconfiguration settles takes all of it back; the build goes on"""
    master, path = with_worker(make)
    begin_slow(master)
    changed = config().replace("echo out;", "echo changed;").replace(
        'util.BuilderConfig{ name = "slow"',
        'util.BuilderConfig{ name = "more", workernames = { "w1" }, factory = f },\n'
        '  util.BuilderConfig{ name = "slow"').replace(
            'builderNames = { "tests", "slow" }', 'builderNames = { "tests", "slow", "more" }')
    master.configure(changed)
    plan = master.run("checkconfig", master.folder).stdout
    expect("the plan: %s" % plan, re.search(r"tell +/botmaster/builders/tests", plan)
           and re.search(r"start +/botmaster/builders/more", plan)
           and "builder.factory.steps[0].command" in plan)
    asked = subprocess.Popen([master.troupe, "reconfig", master.folder, "--settle", "60"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for("the switch", lambda: any(
        row["path"] == "/botmaster/builders/more" for row in master.shell("tree")))
    master.shell("crash", "/botmaster/builders/tests", "no good")
    out, err = asked.communicate(timeout=60)
    expect("it was taken: %s" % out, asked.returncode == 1)
    expect("words: %s" % err, "rolled back" in err and "no good" in err
           and "/botmaster/builders/tests" in err)
    expect("it stays changed", "echo changed" not in json.dumps(
        master.shell("config", "/botmaster/builders/tests")))
    wait_for("the new builder to go", lambda: all(
        row["path"] != "/botmaster/builders/more" for row in master.shell("tree")))
    expect("record", master.shell("reconfigs", "1")[0]["outcome"] == "rolled_back")
    let_go(master, path)
    expect("the build suffered", master.finished("slow", 1)["results"] == "success")
    master.run("reconfig", master.folder, "--settle", "0")
    expect("it cannot be wanted again", "echo changed" in json.dumps(
        master.shell("config", "/botmaster/builders/tests")))


if __name__ == "__main__":
    run_scenarios([json_twin, terminal_session, refused_in_prepare, rolled_back_in_settle])
