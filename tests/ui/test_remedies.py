# test_remedies.py: what is wrong is said with its reason, and one click mends it
#
# SPDX-License-Identifier: MIT
import csv
import os
import re
import time

from harness import BUILD, Desktop, Tap, Window, need, ready, write_images

point = Tap()
need()
desktop = Desktop()
SMALL = "dataset=glyphs n=150 test-samples=60 m=128 eta=0.02 labels=true,random preprocess=none"


@point
def a_step_that_is_too_large_is_mended():
    window = Window(desktop)
    ready(window, SMALL.replace("eta=0.02", "eta=0.5"))
    limit = window.status()["stable-step"]
    assert limit < 0.5
    warning = window.find("label", "η = 0.5 is too large")
    assert "%.4g" % limit in warning.get_name() and warning.get_name().endswith("the images."), \
        warning.get_name()
    start, place = window.box(window.find("push button", "Start")), window.box(warning)
    assert 0 <= place.y - start.y - start.height < 60, "the warning is not where Start is"
    assert len(window.all("label", "is too large")) == 1, "the warning stands twice"
    window.press(window.find("push button", "Subtract mean"))
    window.wait_status(60, "a larger limit", state="ready", stage="spectrum",
                       **{"stable-step": lambda s: s > 1.05 * limit})
    window.press(window.wait(lambda: window.all("push button", "Stable η"), 10, "it")[0])
    window.wait_status(20, "a stable step", eta=lambda e: e < limit * 2 and e != 0.5)
    status = window.status()
    assert status["eta"] < status["stable-step"], status
    assert window.quit() == 0


def focus(window, node):
    """The accessible text of GTK 4.8 cannot be edited, and its widgets cannot take the focus."""
    from gi.repository import Atspi
    for _ in range(80):
        if any(one.get_state_set().contains(Atspi.StateType.FOCUSED)
               for one in [node] + [node.get_child_at_index(i)
                                    for i in range(node.get_child_count())]):
            return
        window.xdo("key", "shift+Tab")
        time.sleep(0.1)
    raise AssertionError("the focus does not come to it")


@point
def a_german_window_reads_german_numbers():
    window = Window(desktop, **desktop.locale("de_DE.UTF-8"))
    ready(window, SMALL)
    entry = window.find("text", "Bilder n")
    focus(window, entry)
    for typed, n in (("2.00", 150), ("1,5", 150), ("1.200", 1200), ("0160", 160)):
        window.xdo("key", "ctrl+a")
        window.xdo("type", typed)
        window.xdo("key", "Return")
        time.sleep(0.5)
        status = window.wait_status(60, f"what {typed} means", stage="spectrum", n=n)
    assert status["n"] == 160, status
    window.action("load", "steps=30")
    window.action("start")
    window.wait_status(60, "the run", state="finished")
    # plots write numbers as the rest of the window does, tables for programs have the point
    paths = [desktop.path("home", "german." + ending) for ending in ("svg", "csv")]
    for path in paths:
        window.action("export", path)
        window.wait(lambda: os.path.exists(path), 20, path)
    time.sleep(0.5)
    svg, rows = [open(path, encoding="utf-8", newline="").read() for path in paths]
    assert "0,02" in svg and not re.search(r">−?\d+\.\d+<", svg), "η and the numbers of the axes"
    for row in csv.DictReader(rows.splitlines()):
        float(row["x"]), float(row["y"])
    assert window.quit() == 0


@point
def files_that_are_not_opened_are_told():
    window = Window(desktop, "sftp://nowhere.invalid/digits.npz")
    window.find("dialog", "That Did Not Work", 30)
    window.find("label", "sftp://nowhere.invalid/digits.npz is not a file of this computer.")
    assert window.quit() == 0
    folder = desktop.path("home", "images")
    write_images(folder)
    window = Window(desktop, folder, "two.npz", "three.gramscope")
    window.find("dialog", "One Is Open at a Time", 30)
    window.find("label", "Not opened by themselves: two.npz, three.gramscope.")
    window.xdo("key", "Escape")
    window.wait_status(60, "the first of them", dataset=folder, n=lambda n: n > 0)
    assert window.quit() == 0


@point
def without_a_session_bus_one_line_says_so():
    program = os.environ.get("GRAM_TEST_BINARY", os.path.join(BUILD, "src", "ui", "gramscope"))
    window = Window(desktop, "-u", "GTK_A11Y", "-u", "GSETTINGS_BACKEND", program,
                    binary="/usr/bin/env", DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent")
    window.wait(lambda: "no session bus" in window.output(), 20, "the line")
    window.process.terminate()
    window.process.wait(60)
    said = window.output().splitlines()
    assert said == ["gramscope: there is no session bus; settings are not kept"], said


@point
def what_cannot_be_trained_is_told_before_the_start():
    window = Window(desktop)
    ready(window, SMALL + " device=cpu precision=tf32")
    window.find("label", "does not offer a precision other than fp32")
    window.action("load", "precision=auto")
    window.wait(lambda: not window.all("label", "does not offer a precision"), 20, "a plan")
    assert window.quit() == 0


@point
def a_run_that_diverged_is_begun_anew():
    window = Window(desktop)
    ready(window, SMALL.replace("eta=0.02", "eta=5"))
    window.action("start")
    window.find("dialog", "The Run Diverged", 60)
    window.press(window.find("push button", "Train Anew"))
    status = window.wait_status(60, "a run that is stable", state="training",
                                eta=lambda e: e < 1, step=lambda k: k > 20)
    assert status["eta"] < status["stable-step"], status
    assert status["residual-true"] < 13, status
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")
    assert window.quit() == 0


@point
def the_tour_leaves_when_it_is_told():
    window = Window(desktop)
    ready(window, SMALL)
    showing = lambda: window.all("label", "This is the spectrum of the Gram matrix")
    window.action("page", "samples")
    window.wait_status(20, "the page", page="samples")
    window.action("tour")
    window.wait(showing, 20, "the first word of the tour")
    window.xdo("mousemove", "900", "350", "click", "1")  # the focus is on the plot
    window.xdo("key", "Escape")
    time.sleep(14)  # longer than a step of the tour
    assert window.status()["page"] == "samples", "the tour went on after Escape"
    assert window.status()["state"] == "ready", window.status()
    window.action("tour")
    time.sleep(0.5)
    window.action("page", "dynamics")
    window.wait_status(20, "the page", page="dynamics")
    time.sleep(14)
    assert window.status()["page"] == "dynamics", "the tour led away from where people went"
    assert window.quit() == 0


@point
def half_a_pair_is_asked_for_and_taken_back():
    window = Window(desktop)
    ready(window, SMALL)
    window.press(window.find("push button", "Class 7"))
    window.find("label", "Now choose the class that is −1")
    window.press(window.find("push button", "Class 3"))
    window.wait_status(60, "the new pair", stage="spectrum", **{"class-a": "7", "class-b": "3"})
    window.press(window.find("push button", "Class 5"))
    window.find("label", "Now choose the class that is −1")
    window.xdo("mousemove", "900", "350", "click", "1")  # the focus is on the plot
    window.xdo("key", "Escape")
    window.wait(lambda: not window.all("label", "Now choose the class that is −1"), 10, "its end")
    window.press(window.find("push button", "Class 5"))
    window.find("label", "Now choose the class that is −1")
    window.press(window.find("push button", "Class 8"))
    window.wait_status(60, "the new pair", stage="spectrum", **{"class-a": "5", "class-b": "8"})
    assert window.quit() == 0


@point
def numbers_out_of_bounds_have_a_reason():
    window = Window(desktop)
    ready(window, SMALL)
    window.action("page", "generalization")
    window.wait_status(20, "the page", page="generalization")
    spin = window.find("spin button", "Seeds of the sweep")
    focus(window, spin)
    window.xdo("key", "ctrl+a")
    window.xdo("type", "999")
    window.wait(lambda: "20" in (spin.get_description() or ""), 10,
                f"the reason, not “{spin.get_description()}”")
    window.xdo("key", "Tab")
    window.wait(lambda: "Networks trained" in (spin.get_description() or ""), 10,
                "a number that is allowed")
    assert window.quit() == 0


@point
def closing_is_asked_once():
    window = Window(desktop)
    ready(window, SMALL)
    window.action("start")
    window.wait_status(60, "a run", step=lambda k: k > 5)
    for _ in range(3):
        window.action("quit")
    window.find("dialog", "Stop Training?")
    time.sleep(0.5)
    assert len(window.all("dialog", "Stop Training?")) == 1
    window.xdo("key", "Escape")
    window.wait(lambda: not window.all("dialog", "Stop Training?"), 10, "the question to go")
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")
    assert window.quit() == 0


@point
def recent_sessions_keep_their_names():
    recent = desktop.path("data", "recently-used.xbel")
    if os.path.exists(recent):
        os.remove(recent)  # data that other points opened stand after sessions
    window = Window(desktop)
    ready(window, SMALL)
    path = desktop.path("home", "my_first_run.gramscope")
    window.action("save-session", path)
    window.wait(lambda: os.path.exists(path), 30, "the file")
    time.sleep(2)
    window.action("load", "eta=0.03")
    window.wait_status(20, "η = 0.03", eta=0.03)
    window.press(window.all("push button", "Main menu")[-1])
    items = window.wait(lambda: window.all("menu item"), 10, "the menu")
    if any(item.get_name() for item in items):
        window.wait(lambda: window.all("menu item", "my_first_run.gramscope")
                    or window.all("label", "my_first_run.gramscope"), 10, "the whole name")
    else:  # GTK 4.18 tells clients no names of menu items: the last one of the list opens it
        window.xdo("key", "Down", "Down", "Right", "sleep", "1", "key", "Up", "Return")
        window.wait_status(60, "the session again", eta=0.02)
    window.xdo("key", "Escape")
    assert window.quit() == 0


try:
    point.main()
finally:
    desktop.close()
