# test_monkey.py: random clicks, keys, drags and wheels; nothing may crash, hang or complain
#
# SPDX-License-Identifier: MIT
"""GRAM_TEST_SEEDS (5) seeds of GRAM_TEST_EVENTS (2000) events each. At the end every series of
every figure has to be of the images, labels and runs that the window says are there. Any critical
fails here as under G_DEBUG=fatal-criticals, but for one of GTK 4.8 on X11: when what a list or
menu hangs on lies on no monitor (a row of the side panel that was scrolled away and is opened by
key, a window that was dragged off the screen), gdk_x11_surface_layout_popup() asks for the size of
none."""
import csv
import ctypes
import io
import os
import random
import re
import subprocess
import time

from harness import Desktop, Tap, Window, need

point = Tap()
need()
desktop = Desktop()
# GTK 4.8's own chooser asserts when it is closed while its menu is on the way
# (file_list_show_popover_in_idle() is not cancelled) or when a column is clicked before the files
# are there (gtk_tree_view_column_sort() of no model).
desktop.choose_files_elsewhere()
SEEDS = int(os.environ.get("GRAM_TEST_SEEDS", "5"))
EVENTS = int(os.environ.get("GRAM_TEST_EVENTS", "2000"))
KEYS = ("Tab Tab Tab shift+Tab Return space Escape Up Down Left Right Page_Up Page_Down Home End "
        "plus minus 0 1 a x y l f bracketleft bracketright Menu F9 F10 BackSpace "
        "alt+1 alt+2 alt+3 alt+4 alt+5 alt+6 ctrl+Return ctrl+period ctrl+z ctrl+shift+z "
        "ctrl+c ctrl+t ctrl+comma ctrl+shift+r").split()


class Hand:
    """Pointer and keys by the XTEST extension: thousands of events a second."""

    MODIFIERS = {"shift": 0xffe1, "ctrl": 0xffe3, "alt": 0xffe9}

    def __init__(self, display):
        self.x = ctypes.CDLL("libX11.so.6")
        self.test = ctypes.CDLL("libXtst.so.6")
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.x.XStringToKeysym.restype = ctypes.c_ulong
        self.x.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self.x.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self.test.XTestFakeMotionEvent.argtypes = [ctypes.c_void_p] + [ctypes.c_int] * 3 \
            + [ctypes.c_ulong]
        for function in (self.test.XTestFakeButtonEvent, self.test.XTestFakeKeyEvent):
            function.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
        self.display = self.x.XOpenDisplay(display.encode())
        assert self.display

    def sync(self):
        self.x.XSync(self.display, 0)
        time.sleep(0.004)

    def move(self, x, y):
        self.test.XTestFakeMotionEvent(self.display, -1, x, y, 0)
        self.sync()

    def button(self, number, down):
        self.test.XTestFakeButtonEvent(self.display, number, down, 0)
        self.sync()

    def click(self, number):
        self.button(number, 1)
        self.button(number, 0)

    def key(self, name):
        *held, last = name.split("+")
        codes = [self.x.XKeysymToKeycode(self.display, self.MODIFIERS[k]) for k in held]
        codes.append(self.x.XKeysymToKeycode(self.display,
                                             self.x.XStringToKeysym(last.encode())))
        for code in codes:
            self.test.XTestFakeKeyEvent(self.display, code, 1, 0)
        for code in reversed(codes):
            self.test.XTestFakeKeyEvent(self.display, code, 0, 0)
        self.sync()


def one_event(dice, hand):
    width, height = desktop.size
    x, y = dice.randrange(2, width - 2), dice.randrange(2, height - 2)
    kind = dice.random()
    if kind >= 0.70:
        hand.key(dice.choice(KEYS))
        return
    hand.move(x, y)
    if kind < 0.35:
        hand.click(1)
    elif 0.45 <= kind < 0.55:
        hand.click(dice.choice((4, 5)))
    elif 0.55 <= kind < 0.63 and (x > 420 and y > 60 or y > 560):
        # not on a title bar or a dialog: without a window manager these would follow the pointer
        # off the screen
        hand.button(1, 1)
        hand.move(dice.randrange(2, width - 2), dice.randrange(2, height - 2))
        hand.button(1, 0)
    elif 0.63 <= kind < 0.66:
        hand.click(3)
    elif kind >= 0.66:
        hand.click(1)
        hand.click(1)


KNOWN = "gdk_monitor_get_geometry: assertion"


def complaints(window):
    return [line for line in window.output().splitlines()
            if "-CRITICAL **" in line and KNOWN not in line]


def settle(window):
    """Whatever is open is closed, the tour too, which would bring back what was before it when
    another page is shown; and nothing is on its way. Without a window manager nobody has the keys
    after a dialog was closed."""
    for wid in [*window.visible_windows(), window.wid]:
        try:
            window.xdo("windowfocus", wid, *["key", "Escape"] * 3)
        except subprocess.CalledProcessError:
            pass  # it has gone with the one before
    window.catch_up()


TITLES = {"true": "true labels", "random": "random labels", "worst": "worst-case labels"}


def exported(window, page, ending):
    """The figure of a page; "" where it has nothing to show yet, which a dialog says."""
    path = desktop.path("home", f"{page}-{time.monotonic()}.{ending}")
    window.action("page", page)
    window.wait_status(20, page, page=page)
    window.action("export", path)
    window.wait(lambda: os.path.exists(path) or window.all("dialog", "Not Exported"), 60, path)
    if not os.path.exists(path):
        settle(window)
        return ""
    time.sleep(0.3)
    with open(path, encoding="utf-8") as file:
        return file.read()


def series_of(text):
    """The points of each series of each panel of a CSV."""
    found = {}
    for row in csv.DictReader(io.StringIO(text)):
        found.setdefault((row["panel"], row["series"]), []).append(float(row["x"]))
    return found


def title_of(labels):
    kind, _, rho = labels.partition(":")
    return TITLES.get(kind) or f"{100 * float(rho):.3g} % random labels"


def check_curves(page, curves, status, where):
    """Measured curves end where the run does, and what has a run's name is one that is drawn."""
    sets = [title_of(key[len("residual-"):]) for key in status if key.startswith("residual-")]
    gone = [name for name in status["runs"] if name not in status["runs-shown"]]
    for (panel, name), steps in curves.items():
        kept = name.removesuffix(", predicted")
        owner = [shown for shown in status["runs-shown"] if kept.endswith(", " + shown)]
        assert not any(kept.endswith(", " + run) for run in gone) or owner, \
            f"{where}: {page} has {name}, which is not drawn"
        if owner or not sets:
            continue
        if page == "convergence":
            assert any(name == title or name.startswith(title + ", ") for title in sets), \
                f"{where}: {page} has {name}; the run has {sets}"
        if name in sets:
            assert steps[-1] <= status["step"], f"{where}: {name} on {page} goes beyond its run"
            assert page != "convergence" or steps[-1] == status["step"], \
                f"{where}: {name} ends at {steps[-1]}, the run at {status['step']}; the ends are " \
                f"{ {series: points[-1] for series, points in curves.items()} }"


def at_rest(window):
    """The status, once nothing is under way that would change it."""
    before = window.status()
    time.sleep(1.5)
    status = window.status()
    done = status["state"] in ("ready", "paused", "finished", "diverged")
    return status if done and status["stage"] == "spectrum" and repr(status) == repr(before) \
        else None


def check_figures(window, seed):
    """Every series is of what the window says is there."""
    window.action("pause")
    status = window.wait(lambda: at_rest(window), 120, "an end of the changes")
    where, n = f"seed {seed}", status["n"]
    print(f"# {where}: at rest {status['state']} at step {status['step']}")
    for page in ("convergence", "dynamics", "spectrum", "samples"):
        curves = series_of(exported(window, page, "csv"))
        status = window.status()
        if page == "spectrum":
            assert curves, f"{where}: no spectrum"
            for (_, name), points in curves.items():
                assert len(points) == n, f"{where}: {name} has {len(points)} points of {n}"
        elif page != "samples":
            check_curves(page, curves, status, where)
        else:
            assert all(max(points) <= n for points in curves.values()), f"{where}: other samples"
        for told in re.findall(r"n = (\d+) \(", exported(window, page, "svg")):
            assert int(told) == n, f"{where}: the caption of {page} says n = {told} of {n}"
    print(f"# {where}: {len(status['runs'])} runs stay, {len(status['runs-shown'])} are drawn")


def run(seed):
    # no buttons in the title bar: a monkey must not close the window
    os.makedirs(desktop.path("config", "gtk-4.0"), exist_ok=True)
    with open(desktop.path("config", "gtk-4.0", "settings.ini"), "w") as file:
        file.write("[Settings]\ngtk-decoration-layout=:\ngtk-enable-animations=0\n")
    window = Window(desktop, G_DEBUG="")
    window.action("load", "dataset=glyphs n=100 test-samples=50 m=64 eta=0.01")
    window.wait_status(60, "data", stage="spectrum", n=100)
    began = time.monotonic()
    dice, hand = random.Random(seed), Hand(desktop.display)
    slowest = 0
    for number in range(EVENTS):
        one_event(dice, hand)
        if number % 50 == 49:
            asked = time.monotonic()
            code = window.process.poll()
            assert code is None, \
                f"seed {seed}: ended with {code} by event {number}:\n{window.output()}"
            assert not complaints(window), f"seed {seed}, by event {number}: {complaints(window)}"
            window.catch_up(60)
            slowest = max(slowest, time.monotonic() - asked)
    try:
        settle(window)
        check_figures(window, seed)
    except AssertionError:
        print(f"# {window.status()}")
        window.shot(f"monkey-{seed}")
        raise
    print(f"# seed {seed}: {EVENTS} events in {time.monotonic() - began:.0f} s, "
          f"slowest answer {slowest:.2f} s")
    window.shot(f"monkey-{seed}")
    window.process.kill()
    window.process.wait(30)


for number in range(1, SEEDS + 1):
    def one(seed=number):
        run(seed)
    one.__name__ = f"seed_{number}"
    point(one)

try:
    point.main()
finally:
    desktop.close()
