# test_runs.py: runs that stay: in the list, in the plots, in files, and with a way back
#
# SPDX-License-Identifier: MIT
import os
import time

from harness import SMALL, Desktop, Tap, Window, need, ready

point = Tap()
need()
desktop = Desktop()


def train(window, text, steps):
    """A run with those settings, to its end."""
    window.action("load", f"{text} steps={steps}")
    window.wait_status(60, "the spectrum", stage="spectrum", state="ready")
    window.action("start")
    window.wait_status(60, "the end of the run", state="finished", step=steps)


def runs(window, **wanted):
    """Waits until the list has those runs, and those of them are drawn."""
    window.wait_status(20, f"the runs {wanted}",
                       **{key.replace("_", "-"): value for key, value in wanted.items()})


def is_on(node):
    from gi.repository import Atspi
    states = node.get_state_set()
    return states.contains(Atspi.StateType.PRESSED) or states.contains(Atspi.StateType.CHECKED)


def open_list(window):
    window.find("push button", "Runs")
    window.press(window.all("push button", "Runs")[-1])  # the button in the menu button
    window.wait(lambda: window.all("list item", "η"), 10, "the list")


def shut_list(window):
    window.xdo("key", "Escape")
    time.sleep(0.3)


def exported(window, page, ending="csv"):
    path = desktop.path("home", f"{page}-{time.monotonic()}.{ending}")
    window.action("page", page)
    window.wait_status(20, page, page=page)
    window.action("export", path)
    window.wait(lambda: os.path.exists(path), 30, path)
    time.sleep(0.3)
    return open(path, encoding="utf-8").read()


@point
def whatever_takes_its_place_a_run_stays():
    window = Window(desktop)
    ready(window)
    lost, names = {}, []
    for number, way in enumerate(("setting", "label set", "tile", "tour", "reset")):
        train(window, f"dataset=glyphs classes=0,1 labels=true,random seed={number}", 20 + number)
        lost[number] = window.status()["residual-true"]
        if way == "setting":
            window.action("load", "eta=0.03")
            window.wait_status(20, "the change", eta=0.03)
            window.action("load", "eta=0.02")
        elif way == "label set":
            window.click(window.find("check box", "Random labels"))
        elif way == "tile":
            window.press(window.find("push button", "Fold data"))  # the first start folded them
            window.press(window.find("push button", "Class 5"))
            window.press(window.find("push button", "Class 6"))
        elif way == "tour":
            window.action("tour")
            window.find("push button", "Stop")
            window.xdo("key", "Escape")
            window.action("load", "labels=true")
        else:
            window.action("reset")
        names = window.wait(lambda: len(window.status()["runs"]) == number + 1
                            and window.status()["runs"], 30, f"the run that the {way} took")
    assert len(set(names)) == 5, names
    window.action("quit")
    window.find("dialog", "Save the Runs?")
    window.press(window.find("push button", "Cancel"))
    time.sleep(0.5)
    assert window.alive()
    assert window.quit() == 0


@point
def the_list_has_a_way_back():
    window = Window(desktop)
    ready(window)
    train(window, "eta=0.02", 40)
    train(window, "eta=0.03", 30)
    window.action("load", "eta=0.01")
    runs(window, runs=["η 0.02", "η 0.03"], runs_shown=["η 0.02", "η 0.03"])
    text = exported(window, "convergence")
    assert "true labels, η 0.02" in text and "random labels, η 0.03" in text, text[:500]
    for eta in ("0.02", "0.03"):
        assert f"true labels, η {eta}, predicted" in text, "what was predicted of it stays, too"
    assert "η 0.02" in exported(window, "convergence", "svg")
    assert "true labels, η 0.02" in exported(window, "dynamics")
    open_list(window)
    row = window.find("list item", "η 0.03")
    assert window.all("label", "Finished · Step 30", root=row), "its state"
    assert window.all("label", "true labels", root=row), "its values"
    eye = window.find("push button", "Show in the plots: η 0.02")
    assert is_on(eye)
    window.press(eye)
    runs(window, runs=["η 0.02", "η 0.03"], runs_shown=["η 0.03"])
    shut_list(window)
    assert "η 0.02" not in exported(window, "convergence")
    open_list(window)
    window.choose_of_run("η 0.02", "Rename")
    window.wait(lambda: any(window.box(entry).width > 0
                            for entry in window.all("text", "New name")), 10, "the entry")
    time.sleep(0.5)
    window.xdo("key", "ctrl+a")
    window.xdo("type", "slow")
    window.xdo("key", "Return")
    runs(window, runs=["slow", "η 0.03"])
    window.choose_of_run("slow", "Delete")
    undo = window.find("push button", "Undo")  # which goes after a few seconds
    assert window.status()["runs"] == ["η 0.03"]
    window.press(undo)
    shut_list(window)
    runs(window, runs=["slow", "η 0.03"])
    open_list(window)
    window.choose_of_run("η 0.03", "Use Its Settings")
    window.wait_status(20, "its settings", eta=0.03, step=0, runs=["slow", "η 0.03"])
    shut_list(window)
    open_list(window)
    window.choose_of_run("slow", "Continue")
    window.wait_status(60, "the run to go on", eta=0.02, state="training", step=lambda k: k > 100,
                       runs=["η 0.03"])
    shut_list(window)
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")
    assert "slow" not in exported(window, "convergence"), "it is there twice"
    window.action("load", "eta=0.01")
    runs(window, runs=["η 0.03", "slow"])
    assert window.quit() == 0
    assert os.listdir(desktop.path("cache", "gramscope")) == [], "weights are left behind"


@point
def other_images_have_other_runs():
    window = Window(desktop)
    ready(window)
    train(window, "eta=0.02", 30)
    for other in ("classes=3,8", "n=100", "preprocess=center"):
        before = window.status()["complexity"]
        window.action("load", other + " steps=0")
        window.wait_status(60, "other images", step=0, state="ready", stage="spectrum",
                           complexity=lambda value: value != before)
        runs(window, runs=lambda all: len(all) == 1, runs_shown=[])
        assert ", m 128" not in exported(window, "convergence"), other
    open_list(window)
    window.find("label", "Glyphs: 0 / 1, n = 150")
    shut_list(window)
    window.action("load", SMALL + " classes=0,1 preprocess=none eta=0.04")
    window.wait_status(60, "the images of before", step=0, state="ready", n=150)
    runs(window, runs=["η 0.02"], runs_shown=["η 0.02"])
    assert "true labels, η 0.02" in exported(window, "convergence")
    assert window.quit() == 0


@point
def files_and_crashes_keep_them():
    window = Window(desktop, GRAM_RECOVERY_SECONDS="1")
    ready(window)
    path = desktop.path("home", "runs.gramscope")
    train(window, "eta=0.02", 20)
    train(window, "eta=0.03", 30)
    train(window, "eta=0.04", 40)
    runs(window, runs=["η 0.02", "η 0.03"])
    window.action("save-session", path)
    window.wait(lambda: os.path.exists(path), 30, "the file")
    folder = desktop.path("state", "gramscope")
    window.wait(lambda: [n for n in os.listdir(folder) if n.endswith(".gramscope")], 20, "the copy")
    time.sleep(3)
    window.process.kill()
    window.process.wait(30)
    window = Window(desktop)
    window.press(window.find("push button", "Recover", 30))
    runs(window, runs=["η 0.02", "η 0.03"])
    window.wait_status(30, "the run", step=40, state=lambda state: state != "preparing")
    assert window.quit() == 0
    # one that is damaged costs no other, and is named
    content = bytearray(open(path, "rb").read())
    entry = content.index(b"run-1\0")
    offset = int.from_bytes(content[entry + 16:entry + 24], "little")
    content[offset + 100] ^= 1
    with open(path, "wb") as file:
        file.write(content)
    window = Window(desktop)
    with desktop.toasts_stay():
        window.action("open-session", path)
        window.find("label", "Kept run 1, “η 0.02”, cannot be read", 30)
    runs(window, runs=["η 0.03"])
    window.wait_status(30, "the run", step=40)
    window.action("quit")  # nothing was trained since
    assert window.process.wait(60) == 0


try:
    point.main()
finally:
    desktop.close()
