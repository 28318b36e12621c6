# test_commands.py: what is copied as a command makes the same figure; settings go over as text; the
# keys of the lecture mode
#
# SPDX-License-Identifier: MIT
import csv
import os
import re
import shlex
import subprocess
import sys
import time

from harness import APP, BUILD, PATH, Desktop, Tap, Window, need, ready

point = Tap()
need()
desktop = Desktop()
HERE = os.path.dirname(__file__)
FIGURES = {"dynamics": "movement", "samples": "mislabel"}  # those of pages with other names
CLI = os.path.join(BUILD, "src", "cli", "gramscope-cli")


def window_action(name):
    from gi.repository import GLib
    desktop.bus.call_sync(APP, PATH + "/window/1", "org.gtk.Actions", "Activate",
                          GLib.Variant("(sava{sv})", (name, [], {})), None, 0, 10000, None)


def clipboard():
    return subprocess.run([sys.executable, os.path.join(HERE, "clipboard.py")], env=desktop.env,
                          capture_output=True, text=True, check=True, timeout=120).stdout


def copied(window, action, begins):
    """What that action puts on the clipboard, where it begins so."""
    window_action(action)
    return window.wait(lambda: next((text for text in [clipboard()] if text.startswith(begins)),
                                    None), 30, f"“{begins}…” on the clipboard")


def table(path):
    with open(path) as file:
        return list(csv.reader(line for line in file if not line.startswith("#")))


def check_same(name, shown, made):
    """The same columns, and the same numbers but for their last digits."""
    assert [len(row) for row in shown] == [len(row) for row in made], f"{name}: other shapes"
    assert shown[0] == made[0], f"{name}: {shown[0]} is not {made[0]}"
    for ours, theirs in zip(shown[1:], made[1:]):
        for a, b in zip(ours, theirs):
            assert a == b or abs(float(a) - float(b)) <= 1e-9 * abs(float(b)) + 1e-12, \
                f"{name}: {ours} is not {theirs}"


def check_command(window, name):
    shown = desktop.path("home", name + ".csv")
    window.action("export", shown)
    window.wait(lambda: os.path.exists(shown), 30, shown)
    command = copied(window, "copy-command", f"gramscope-cli figure {FIGURES.get(name, name)} ")
    assert command.endswith(".svg"), command
    made = desktop.path("home", name + "-made.csv")
    words = command.replace("gramscope-cli", shlex.quote(CLI), 1).rsplit(" ", 1)[0] + " " + made
    subprocess.run(["sh", "-c", words], env=desktop.env, check=True, timeout=300)
    check_same(name, table(shown), table(made))


def show(window, page):
    window.action("page", page)
    window.wait_status(20, "the page", page=page)


@point
def a_copied_command_makes_the_figure():
    window = Window(desktop)
    ready(window, "dataset=glyphs classes=3,8 n=120 test-samples=60 m=96 eta=0.02 steps=80 "
                  "labels=true,random,mixed:0.3 preprocess=center seed=5")
    window.action("start")
    window.wait_status(60, "the run", state="finished", step=80)
    for page in ("convergence", "spectrum", "generalization", "dynamics", "samples"):
        show(window, page)
        if page == "convergence":
            line = window.find("label", ", predicted ").get_name()
            assert line.startswith("true labels ") and ", test error " in line, line
        if page == "samples":
            window.wait(lambda: window.all("label", "would be simpler"), 30, "the ranking")
        check_command(window, page)
    assert window.quit() == 0


@point
def settings_go_over_as_a_line():
    window = Window(desktop)
    ready(window, "dataset=glyphs classes=2,7 n=130 test-samples=50 m=64 eta=0.03 seed=9")
    text = copied(window, "copy-settings", "dataset=glyphs ")
    assert "\n" not in text and "classes=2,7" in text and "eta=0.03" in text, text
    ready(window, "dataset=glyphs classes=0,1 n=100 test-samples=50 eta=0.01 seed=1")
    window_action("paste-settings")
    window.wait_status(60, "the settings of before", stage="spectrum", n=130, eta=0.03,
                       **{"class-a": "2", "class-b": "7"})
    assert copied(window, "copy-settings", "dataset=glyphs ") == text
    for bad in ("n=many", "What is this?", "eta=0.5 colour=red"):
        owner = desktop.spawn([sys.executable, os.path.join(HERE, "clipboard.py"), bad],
                              env=desktop.env)
        window.wait(lambda: clipboard() == bad, 20, "the text on the clipboard")
        window_action("paste-settings")
        window.find("dialog", "These Are No Settings")
        window.xdo("key", "Escape")
        window.wait(lambda: not window.all("dialog", "These Are No Settings"), 10, "its end")
        owner.kill()
        owner.wait(30)
        assert window.status()["n"] == 130 and window.status()["eta"] == 0.03
    assert window.quit() == 0


@point
def a_lecture_needs_no_pointer():
    window = Window(desktop)
    ready(window, "dataset=glyphs n=120 test-samples=60 m=96 eta=0.02 random-fraction=0.5")
    assert window.all("push button", "Main menu")
    window.xdo("key", "F11")
    window.wait(lambda: not window.all("push button", "Main menu"), 20, "no header")
    assert not window.all("label", "Random labels"), "the side panel is there"
    for key, page in (("2", "spectrum"), ("1", "convergence"), ("4", "dynamics")):
        window.xdo("key", key)
        window.wait_status(20, page, page=page)
    window.xdo("key", "plus")
    window.wait_status(20, "more", **{"random-fraction": lambda r: abs(r - 0.55) < 1e-9})
    window.xdo("key", "minus", "minus")
    window.wait_status(20, "less", **{"random-fraction": lambda r: abs(r - 0.45) < 1e-9})
    window.xdo("key", "space")
    window.wait_status(30, "a run", step=lambda k: k > 3)
    window.xdo("key", "space")
    window.wait_status(30, "the pause", state="paused")
    window.xdo("mousemove", "640", "400", "click", "3")  # the plot's menu
    items = lambda: window.all("menu item", root=window.root())  # below an image, which is a leaf
    window.wait(items, 20, "the menu")
    window.xdo("key", "Escape")
    window.wait(lambda: not items(), 20, "the menu's end")
    assert not window.all("push button", "Main menu"), "Escape of the menu ended the lecture"
    window.xdo("key", "Escape")
    window.wait(lambda: window.all("push button", "Main menu"), 20, "the header")
    window.xdo("key", "2")
    time.sleep(0.5)
    assert window.status()["page"] == "dynamics", "the keys outlive the lecture"
    assert window.quit() == 0


@point
def a_run_that_stays_is_made_by_its_command():
    window = Window(desktop)
    ready(window, "dataset=glyphs classes=3,8 n=110 test-samples=60 m=96 eta=0.02 steps=70 "
                  "labels=true,mixed:0.3 preprocess=center seed=5 init=antisymmetric")
    window.action("start")
    window.wait_status(60, "the run", state="finished", step=70)
    show(window, "convergence")
    shown = desktop.path("home", "kept-run.csv")
    window.action("export", shown)
    window.wait(lambda: os.path.exists(shown), 30, shown)
    window.action("load", "eta=0.03 classes=0,1")
    name = window.wait_status(60, "it to stay", step=0, runs=lambda r: len(r) == 1)["runs"][0]
    window.xdo("key", "F4")
    window.choose_of_run(name, "Copy as Command")
    command = window.wait(lambda: next((text for text in [clipboard()]
                                        if text.startswith("gramscope-cli train ")), None), 30,
                          "the command")
    made = desktop.path("home", "run.csv")
    subprocess.run(["sh", "-c", command.replace("gramscope-cli", shlex.quote(CLI), 1)],
                   env=desktop.env, cwd=desktop.path("home"), check=True, timeout=300)
    ours, theirs = table(shown), table(made)
    step = theirs[0].index("step")
    ends = [row for row in theirs[1:] if row[step] == "70"]
    assert len(ends) == 2 and theirs[-1] == ends[-1], "a row of each label set, and none after it"
    last = {float(number) for row in ends for number in row if re.match(r"[-\d.]+(e|$)", number)}
    measured = [float(row[ours[0].index("y")]) for row in ours[1:]
                if row[ours[0].index("y")] and float(row[ours[0].index("x")]) == 70]
    same = [value for value in measured if any(abs(value - number) <= 1e-9 * abs(value)
                                               for number in last)]
    assert len(same) >= 4, (measured, last)  # both label sets, measured and predicted
    window.xdo("key", "Escape")
    assert window.quit() == 0


def go_on_to(window, *words):
    """Presses Next until the tour says one of these; it goes on by itself, too."""
    def there():
        if any(window.all("label", word) for word in words):
            return True
        window.press(window.find("push button", "Next"))
        time.sleep(0.5)
        return False
    window.wait(there, 60, f"the tour to say {words}")


@point
def the_tour_leaves_no_trace():
    window = Window(desktop)
    ready(window, "dataset=glyphs n=120 test-samples=60 m=96 eta=0.02 labels=true steps=40 "
                  "random-fraction=0.25")
    window.action("load", "kappa=0.02")  # which can be undone
    window.action("start")
    window.wait_status(60, "the run", state="finished", step=40)
    show(window, "compare")
    before = copied(window, "copy-settings", "dataset=glyphs "), window.status()
    window.action("tour")
    window.find("label", "This is the spectrum of the Gram matrix")
    window.wait_status(20, "a run of its own", step=0, page="spectrum", runs=lambda r: len(r) == 1)
    last = "At last, the same theory"
    go_on_to(window, "Now a network is trained on both", "The panel below shows", last)
    window.wait_status(30, "its steps", step=lambda k: k > 0,
                       **{"residual-random": lambda r: r is not None and r > 0})
    go_on_to(window, last)
    window.wait_status(20, "its page", page="samples", **{"random-fraction": 0.0})
    window.action("load", "classes=5,6")  # people may try what they like
    window.wait_status(60, "other images", **{"class-a": "5"})
    window.press(window.find("push button", "Stop"))
    after = window.wait_status(60, "the run of before", step=40, stage="spectrum", runs=[],
                               state=lambda state: state in ("paused", "finished"))
    changed = {key for key in after if after[key] != before[1].get(key)} - {"state"}
    assert not changed, (changed, before[1], after)
    assert copied(window, "copy-settings", "dataset=glyphs ") == before[0]
    window.action("load", "steps=0")
    window.action("step")
    window.wait_status(20, "one step more", step=41)
    window.action("undo")
    window.action("undo")
    window.wait_status(20, "what was before it", step=0, runs=lambda r: len(r) == 1)
    # one that is under way goes on; to leave by another page is to be there
    window.action("load", "steps=0")
    window.action("start")
    reached = window.wait_status(30, "a run", step=lambda k: k > 20, state="training")["step"]
    window.action("tour")
    window.find("label", "This is the spectrum of the Gram matrix")
    window.wait_status(20, "a run of its own", step=0)
    show(window, "dynamics")
    window.wait_status(60, "the run of before", step=lambda k: k > reached, state="training",
                       page="dynamics", runs=lambda r: len(r) == 1)
    assert window.quit() == 0


try:
    point.main()
finally:
    desktop.close()
