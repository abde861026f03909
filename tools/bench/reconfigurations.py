"""Reconfigurations: of one builder, of all, and many in a row under load."""
import time

from report import BUILDERS, WORKERS, quiet, tell
from rig import at_part, lua_config, rss_mb, wait_for


def switched_ms(answer):
    """From the loaded configuration to the end of the switch, as the master says."""
    return float(answer["outcome"].split("switched in ")[1].split(" ms")[0])


def reconfigure(args, make):
    """One of the builders changes each time."""
    master = make(lua_config(WORKERS, BUILDERS, 10))
    master.start()
    shell = master.shell()
    inside, command = [], []
    for i in range(110):
        master.configure(lua_config(WORKERS, BUILDERS, 10, changed=(500, "change %d" % i)))
        began = time.monotonic()
        answer = shell.ask("reconfig", "--settle", "0")
        if i < 10:  # the first ones warm up
            continue
        command.append((time.monotonic() - began) * 1000)
        inside.append(switched_ms(answer))
    tell("reconfigure_switch", at_part(inside, 0.99), "ms p99", len(inside), "<= 10",
         at_part(inside, 0.99) <= 10, p50=at_part(inside, 0.5), builders=BUILDERS)
    tell("reconfigure", at_part(command, 0.99), "ms p99", len(command), "<= 50",
         at_part(command, 0.99) <= 50, p50=round(at_part(command, 0.5), 3),
         outcome=answer["outcome"].split("\n")[0])


def reconfigure_all(args, make):
    """All builders change."""
    master = make(lua_config(WORKERS, BUILDERS, 10))
    master.start()
    shell = master.shell()
    inside, command = [], []
    for i in range(7):
        master.configure(lua_config(WORKERS, BUILDERS, 10, command='"true %d"' % i))
        began = time.monotonic()
        answer = shell.ask("reconfig", "--settle", "0")
        command.append((time.monotonic() - began) * 1000)
        inside.append(switched_ms(answer))
    value = at_part(command, 0.5)
    tell("reconfigure_all", value, "ms", len(command), "<= 300", value <= 300,
         switch=at_part(inside, 0.5), outcome=answer["outcome"].split("\n")[0])


def reconfigurations_in_a_row(args, make):
    """Under busy workers: no build is lost, and memory stays flat. A round of builds with every tenth."""
    builders, per_builder, count = 100, 4, args.reconfigurations
    master = make(lua_config(WORKERS, builders, per_builder))
    master.start()
    shell = master.shell()
    master.swarm(args.swarm, WORKERS, "--lines", "5")
    master.attached(shell, WORKERS)
    asked, sizes, took = 0, [], []
    for i in range(count):
        if i % 10 == 0:
            shell.ask("force", "force", *("b%d" % b for b in range(builders)))
            asked += builders
        master.configure(lua_config(WORKERS, builders, per_builder,
                                    changed=(i % builders, "change %d" % i)))
        took.append(switched_ms(shell.ask("reconfig", "--settle", "0")))
        if i % max(1, count // 20) == 0:
            sizes.append(rss_mb(master.pid(), "RssAnon"))
    wait_for("all builds", lambda: quiet(shell), 600, 0.2)
    now = shell.ask("status")
    lost = asked - now["builds"]
    bad = [row for row in shell.ask("builds", "1000") if row["results"] != "success"]
    grown = sizes[-1] - sizes[len(sizes) // 4]
    tell("reconfigurations_in_a_row", lost + len(bad), "builds lost or bad", count,
         "0, memory flat", lost == 0 and not bad and grown < 16 and now["restarts"] == 0,
         builds=asked, switch_p50=at_part(took, 0.5), switch_p99=at_part(took, 0.99),
         rss_anon_mb=[round(x, 1) for x in sizes], grown_mb=round(grown, 1))
