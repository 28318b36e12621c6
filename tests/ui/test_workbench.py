# test_workbench.py: sessions, the dragged line, a study, flips, questions before downloads
#
# SPDX-License-Identifier: MIT
import glob
import os
import re
import signal
import subprocess
import time

from harness import (APP, BUILD, PATH, SMALL, Desktop, Tap, Window, need, ready,
                     write_images)

point = Tap()
need()
desktop = Desktop()


@point
def sessions_come_back():
    window = Window(desktop)
    ready(window)
    window.action("start")
    window.wait_status(60, "a run", step=lambda k: k > 50)
    window.action("pause")
    before = window.wait_status(20, "the pause", state="paused")
    window.action("random-fraction", 0.3)
    window.action("page", "samples")
    window.wait_status(20, "the page", page="samples")
    path = desktop.path("home", "mine.gramscope")
    window.action("save-session", path)
    window.wait(lambda: os.path.exists(path), 30, "the file")
    time.sleep(0.5)
    ready(window, "dataset=glyphs n=80 m=64 eta=0.01")
    window.action("page", "convergence")
    window.action("open-session", path)
    after = window.wait_status(60, "the session", n=150, page="samples", step=before["step"],
                               eta=0.02)
    assert abs(after["residual-true"] - before["residual-true"]) < 1e-12, (before, after)
    assert window.quit() == 0


@point
def moved_data_are_located():
    window = Window(desktop)
    before, after = desktop.path("home", "before"), desktop.path("home", "after")
    path = desktop.path("home", "moved.gramscope")
    write_images(before)
    window.action("load", f"dataset={before} n=100 test-samples=30 m=64 eta=0.02 labels=true")
    window.wait_status(60, "the spectrum", stage="spectrum", n=100, state="ready")
    window.action("start")
    window.wait_status(60, "a run", step=lambda k: k > 20)
    window.action("pause")
    step = window.wait_status(20, "the pause", state="paused")["step"]
    window.action("save-session", path)
    window.wait(lambda: os.path.exists(path), 30, "the file")
    ready(window)
    os.rename(before, after)
    window.action("open-session", path)
    window.find("dialog", "Data Are Not There", 30)
    window.find("push button", "Locate F")
    window.xdo("key", "Escape")
    window.wait_status(20, "the curves", step=step, n=0)
    window.action("load", f"dataset={after}")  # what the chooser does
    window.wait_status(60, "the run", step=step, n=100, state="paused")
    assert window.quit() == 0


@point
def broken_sessions_are_told():
    window = Window(desktop)
    ready(window)
    path = desktop.path("home", "broken.gramscope")
    with open(path, "wb") as file:
        file.write(os.urandom(500))
    window.action("open-session", path)
    window.find("dialog", "Cannot Be Opened")
    window.xdo("key", "Escape")
    assert window.status()["n"] == 150
    window.action("save-session", "/nowhere/at/all/x.gramscope")
    window.find("dialog", "Not Saved")
    window.xdo("key", "Escape")
    assert window.quit() == 0


@point
def unusable_data_cost_nothing():
    window = Window(desktop)
    ready(window)
    window.action("load", "eta=0.03")
    window.action("start")
    before = window.wait_status(60, "a run", step=lambda k: k > 20)
    window.press(window.find("push button", "Fold data"))  # which the start has folded
    window.action("load", "dataset=/nowhere/images n=77 eta=0.5")
    window.find("dialog", "Cannot Be Used")
    window.find("label", "nothing was lost")
    status = window.wait_status(20, "the run to go on", state="training", dataset="glyphs", n=150,
                                eta=0.03, step=lambda k: k > before["step"] + 20)
    assert status["stage"] == "spectrum", status
    window.xdo("key", "Escape")
    # the panel shows the data of before, and the history has no step of the others
    window.wait(lambda: not window.all("dialog", "Cannot Be Used"), 10, "the dialog to close")
    assert "Glyphs" in [n.get_name() for n in window.all("label", "Glyphs")]
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")
    window.action("undo")
    window.wait_status(20, "the change before that", dataset="glyphs", n=150, eta=0.02, step=0)
    window.action("redo")
    window.wait_status(20, "that change again", dataset="glyphs", n=150, eta=0.03)
    assert window.quit() == 0


def kept():
    """The files that the next start offers."""
    folder = desktop.path("state", "gramscope")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return [n for n in names if n.endswith(".gramscope") and not n.startswith(".")]


@point
def told_to_end_it_keeps_what_is_open():
    window = Window(desktop)  # which would save the first time after a minute
    ready(window)
    window.action("page", "dynamics")
    window.action("start")
    before = window.wait_status(60, "a run", step=lambda k: k > 20)
    window.process.send_signal(signal.SIGTERM)
    assert window.process.wait(20) == 0, window.output()
    assert len(kept()) == 1, kept()
    window = Window(desktop)
    window.press(window.find("push button", "Recover", 30))
    after = window.wait_status(60, "the session", step=lambda k: k >= before["step"], n=150,
                               page="dynamics", state="paused")
    window.action("step")
    window.wait_status(20, "one step more", step=after["step"] + 1)
    assert window.quit() == 0
    assert kept() == [], "a proper end leaves nothing"


@point
def what_a_crash_left_is_offered():
    window = Window(desktop, GRAM_RECOVERY_SECONDS="1")
    ready(window)
    window.action("page", "dynamics")
    window.action("start")
    window.wait_status(60, "a run", step=lambda k: k > 20)
    window.action("pause")
    before = window.wait_status(20, "the pause", state="paused", page="dynamics")
    window.wait(kept, 20, "the file")
    time.sleep(3)  # the pause is in it too
    window.process.kill()
    window.process.wait(30)
    assert len(kept()) == 1, kept()
    window = Window(desktop, GRAM_RECOVERY_SECONDS="1")
    window.press(window.find("push button", "Recover", 30))
    after = window.wait_status(60, "the session", step=before["step"], n=150, page="dynamics",
                               state="paused")
    assert abs(after["residual-true"] - before["residual-true"]) < 1e-12, (before, after)
    window.action("step")
    window.wait_status(20, "one step more", step=before["step"] + 1)
    assert window.quit() == 0
    assert kept() == [], "a proper end leaves nothing"
    window = Window(desktop)
    window.wait_status(60, "the first data", stage="spectrum")
    assert not window.all("dialog", "Recover"), "there is nothing to recover"
    assert window.quit() == 0


@point
def the_dragged_line_is_the_slider():
    window = Window(desktop)
    ready(window)
    window.action("page", "generalization")
    window.action("random-fraction", 0.5)
    window.wait_status(20, "ρ = 0.5", **{"random-fraction": 0.5})
    time.sleep(1)
    # the line at 50 % is in the middle of the drawing area, whose edges are found by the drag
    # itself: one to the right makes ρ larger
    window.xdo("mousemove", "819", "250", "mousedown", "1", "mousemove", "830", "250",
               "mousemove", "900", "250", "mousemove", "960", "250", "mouseup", "1")
    status = window.wait_status(20, "a larger ρ", **{"random-fraction": lambda r: r > 0.55})
    slider = window.find("slider", "Random label fraction").get_value_iface()
    window.wait(lambda: abs(slider.get_current_value() - 100 * status["random-fraction"]) < 0.5,
                10, "the slider to follow")
    assert window.quit() == 0


@point
def a_cancelled_sweep_goes_on_where_it_was():
    def done():
        files = glob.glob(desktop.path("cache", "gramscope", "sweep-*.csv"))
        rows = [line for name in files for line in open(name) if re.match(r"[\d.]+,\d+,", line)]
        return len(rows)

    window = Window(desktop)
    ready(window, "dataset=glyphs n=80 test-samples=40 m=64 eta=0.02 threads=1 labels=true")
    window.action("page", "generalization")
    window.press(window.find("push button", "Sweep"))
    window.wait(lambda: done() > 0, 100, "the first networks")
    window.press(window.find("push button", "Cancel Sweep"))
    button = window.find("push button", "Resume (")
    kept = int(re.search(r"Resume \((\d+) of 33\)", button.get_name())[1])
    assert 0 < kept < 33, kept
    window.press(button)
    window.find("push button", "Cancel Sweep")
    window.wait(lambda: done() > kept, 100, "more networks")
    assert window.quit() == 0


@point
def downloads_are_asked_for_first():
    from gi.repository import GLib
    window = Window(desktop)
    ready(window)
    window.desktop.bus.call_sync(
        APP, PATH + "/window/1", "org.gtk.Actions", "Activate",
        GLib.Variant("(sava{sv})", ("download", [GLib.Variant("s", "mnist")], {})), None, 0,
        10000, None)
    window.find("dialog", "Download MNIST?")
    window.find("label", "11.6\u00a0MB from ossci-datasets.s3.amazonaws.com")
    window.find("push button", "Open Files…")
    window.xdo("key", "Escape")
    assert not os.path.exists(desktop.path("data", "gramscope", "mnist")), "fetched unasked"
    assert window.quit() == 0


@point
def asking_leaves_the_chosen_dataset():
    window = Window(desktop)
    ready(window)
    row = window.box(window.find("combo box", "Dataset"))
    window.xdo("mousemove", str(row.x + row.width // 2), str(row.y + row.height // 2), "click", "1")
    time.sleep(0.5)
    # the last line is a download; to choose it must not free the list that is choosing
    window.xdo("key", "End", "key", "Return")
    window.find("dialog", "Download ")
    window.xdo("key", "Escape")
    assert window.status()["dataset"] == "glyphs"
    row = window.find("combo box", "Dataset")
    assert window.all("label", "Glyphs", root=row), "the row shows what is not open"
    assert window.quit() == 0


@point
def a_study_is_made_by_clicks():
    """Vary… trains the very nets that the command line's study trains."""
    window = Window(desktop)
    settings = SMALL.replace("true,random", "true") + " steps=40 kappa=1 init=antisymmetric"
    ready(window, settings)
    window.action("page", "compare")
    window.wait_status(20, "the page", page="compare")
    place = window.box(window.find("label", "Vary…"))
    # GTK 4.18 tells places without some margins: up to 22 pixels less than they are
    window.xdo("mousemove", str(place.x + 24), str(place.y + 20), "click", "1")

    def start():  # GTK 4.18 gives the menu's button the words of all that is in the menu
        window.press(window.all("push button", "Start Study")[-1])

    window.find("spin button", "Seeds of the study").get_value_iface().set_current_value(2)
    place = window.box(window.find("text", "Values of m"))
    window.xdo("mousemove", str(place.x + place.width // 2), str(place.y + place.height // 2),
               "click", "1")
    window.xdo("key", "ctrl+a")
    window.xdo("type", "16, 17")
    start()
    window.wait(lambda: [label for label in window.all("label") if "even" in (label.name or "")],
                10, "the reason why an odd width is refused")
    window.xdo("key", "ctrl+a")
    window.xdo("type", "16, 64")
    window.shot("compare-vary")
    start()
    cache = desktop.path("cache", "gramscope")
    window.wait(lambda: tables(cache) and len(tables(cache)[0]) == 4, 120, "four nets")
    window.wait(lambda: not window.all("push button", "Cancel Study"), 60, "the end of the study")
    window.shot("compare-done")
    cli = os.environ.get("GRAMSCOPE_CLI") or os.path.join(BUILD, "src", "cli", "gramscope-cli")
    options = [f"--{key}={value}" for key, value in (word.split("=") for word in settings.split())]
    options = [option.replace("--n=", "--samples=").replace("--m=", "--width=")
               for option in options]
    done = subprocess.run([cli, "study", *options, "--vary", "width=16,64", "--seeds", "2", "--csv",
                           "-"], capture_output=True, text=True, timeout=120, check=True)
    expected = [line.split(",") for line in done.stdout.splitlines()[1:]]
    for mine, theirs in zip(tables(cache)[0], expected, strict=True):
        assert mine[:3] == theirs[:3] and abs(float(mine[5]) - float(theirs[5])) < 1e-6
    assert window.quit() == 0


def tables(cache):
    """The rows of the studies that are kept there."""
    found = []
    for name in os.listdir(cache) if os.path.isdir(cache) else []:
        if name.startswith("study-"):
            with open(os.path.join(cache, name), encoding="utf-8") as file:
                found.append([line.split(",") for line in file.read().splitlines()[2:]])
    return found


@point
def a_run_is_not_ended_by_accident():
    window = Window(desktop)
    ready(window)
    window.action("start")
    window.wait_status(60, "a run", step=lambda k: k > 5)
    window.action("quit")
    window.find("dialog", "Stop Training?")
    window.xdo("key", "Escape")
    time.sleep(0.5)
    assert window.alive()
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")
    window.action("quit")
    window.find("dialog", "Save the Run?")
    window.xdo("key", "Escape")
    time.sleep(0.5)
    assert window.alive()
    path = desktop.path("home", "run.gramscope")
    window.action("save-session", path)
    window.wait(lambda: os.path.exists(path), 20, "the session")
    window.find("label", "Session saved")
    window.action("quit")  # nothing is lost, nothing is asked
    assert window.process.wait(60) == 0
    window = Window(desktop)
    ready(window)
    window.action("step")
    window.wait_status(20, "a step", step=1)
    window.action("quit")
    window.press(window.find("push button", "Discard"))
    assert window.process.wait(60) == 0


def exported(window, tag):
    """What each page's figure holds; "" of one that is empty and cannot be exported."""
    found = {}
    for page in ("convergence", "spectrum", "generalization", "dynamics", "samples"):
        path = desktop.path("home", f"{tag}-{page}.csv")
        window.action("page", page)
        window.wait_status(20, page, page=page)
        window.action("export", path)
        # a file, or a dialog that says why not
        window.wait(lambda: os.path.exists(path) or window.all("dialog", "Not Exported"), 30, path)
        if not os.path.exists(path):
            window.xdo("key", "Escape")
            window.wait(lambda: not window.all("dialog", "Not Exported"), 10, "its end")
        time.sleep(0.3)
        found[page] = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
    return found


@point
def figures_are_of_what_is_there():
    """After whatever went before, each is that of a window which began with these settings."""
    now = "n=50 test-samples=30 m=64 eta=0.03 classes=3,8 steps=30 labels=true,worst"

    def shown(window, tag):
        window.action("load", "dataset=glyphs " + now)
        window.wait_status(60, "the spectrum", stage="spectrum", n=50, **{"class-a": "3"})
        before = exported(window, tag + "-before")
        window.action("start")
        window.wait_status(60, "the end of the run", state="finished")
        return before, exported(window, tag + "-after")

    window = Window(desktop)
    window.action("load", "dataset=glyphs n=60 test-samples=40 m=32 eta=0.02 steps=20000")
    window.wait_status(60, "the spectrum", stage="spectrum", n=60)
    window.action("start")
    window.wait_status(60, "the end of the run", state="finished")
    window.action("page", "generalization")
    table = os.path.join(desktop.path("cache"), "gramscope", "sweep-*.csv")
    others = set(glob.glob(table))
    window.press(window.find("push button", "Sweep"))
    # below what it is about and the names of the columns
    window.wait(lambda: any(len(open(path).readlines()) > 2
                            for path in set(glob.glob(table)) - others), 60,
                "the first net of the sweep")
    window.press(window.find("push button", "Cancel Sweep"))
    window.find("push button", "Resume (")
    old = exported(window, "old")
    assert "labels of the trained nets" in old["generalization"]
    after = shown(window, "after")
    assert not window.all("push button", "Resume ("), "the old data's sweep is offered"
    assert window.quit() == 0
    window = Window(desktop)
    alone = shown(window, "alone")
    assert window.quit() == 0
    for then, fresh in zip(after, alone):
        for page, text in then.items():
            assert text == fresh[page], f"{page} shows what is not there any more"
    assert all(after[1][page] != old[page] for page in old)


@point
def the_desktop_files_are_valid():
    build = os.environ["GRAM_TEST_BUILDDIR"]
    for command in (["desktop-file-validate", f"{build}/data/{APP}.desktop"],
                    ["appstreamcli", "validate", "--no-net", f"{build}/data/{APP}.metainfo.xml"]):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


@point
def it_answers_without_a_display():
    program = os.environ.get("GRAM_TEST_BINARY", os.path.join(BUILD, "src", "ui", "gramscope"))

    def says(*arguments, display=None):
        env = {key: value for key, value in desktop.env.items() if key != "DISPLAY"}
        return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60,
                              env={**env, "DISPLAY": display} if display else env)

    assert re.fullmatch(r"gramscope \d+\.\d+\.\d+\n", says("--version").stdout)
    assert "gramscope [OPTION…] [FILE]" in says("--help").stdout
    for display, words in ((None, "there is no display"), (":999", "the display “:999” cannot")):
        ended = says(display=display)
        assert ended.returncode == 69, ended
        assert ended.stderr.count("\n") == 1 and words in ended.stderr, ended.stderr


try:
    point.main()
finally:
    desktop.close()
