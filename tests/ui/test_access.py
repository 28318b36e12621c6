# test_access.py: the window without a pointer, and without eyes
#
# SPDX-License-Identifier: MIT
"""Every control has a name, every control is reached with Tab and worked with keys, and what is
shown is also told: values under the crosshair, entries of legends, rows of tables, the state."""
import os
import re
import time

import tree
from harness import Desktop, Tap, Window, need, ready

point = Tap()
need()
desktop = Desktop()
# what GTK makes inside a control that has a name, and what cannot take the focus by itself
INNER = re.compile(r"^$|^(Gtk|Adw|Gram)[A-Z]")


def states(node):
    return node.get_state_set()


def children(node):
    return [child for child in (node.get_child_at_index(i) for i in range(node.get_child_count()))
            if child is not None]


def unnamed(root):
    """Each control in the tree that has no words; what is inside a named one belongs to it."""
    from gi.repository import Atspi, GLib
    from tree import is_role
    found, stack, count = [], [(root, "", True)], 0
    while stack:
        node, path, named = stack.pop()
        try:
            role, name = node.get_role_name(), node.get_name() or ""
            focusable = states(node).contains(Atspi.StateType.FOCUSABLE)
            count += focusable
            if focusable and INNER.match(name) and not (role == "scroll pane" and named):
                found.append(f"{path} / {role} “{name}”")
            whole = role in ("combo box", "page tab", "label") or is_role(role, "push button")
            if whole and not INNER.match(name) \
                    and not (role == "combo box" and name == "Figure"):
                continue
            stack.extend((child, f"{path[-60:]} / {role} “{name}”", not INNER.match(name))
                         for child in children(node))
        except GLib.Error:
            continue
    return found, count


def focused(window, root=None):
    from gi.repository import Atspi, GLib
    stack = [root or window.root()]
    while stack:
        node = stack.pop()
        try:
            if states(node).contains(Atspi.StateType.FOCUSED):
                return node
            if node.get_role_name() in ("label", "page tab"):
                continue
            stack.extend(reversed(children(node)))
        except (GLib.Error, AttributeError):
            continue
    return None


def focus_plot(window):
    """The plot is the last thing of the window: backwards from the first button."""
    for _ in range(6):
        node = focused(window)
        if node is not None and node.get_role_name() == "image":
            return node
        window.xdo("key", "shift+Tab")
        time.sleep(0.3)
    raise AssertionError(f"the focus is on {node and node.get_name()}, not on the plot")


@point
def every_control_has_a_name():
    window = Window(desktop)
    ready(window)
    nameless, controls = [], 0
    for page in window.pages():
        window.action("page", page)
        window.wait_status(20, page, page=page)
        time.sleep(1)
        found, count = unnamed(window.root())
        nameless += [f"{page}: {text}" for text in found]
        controls = max(controls, count)
    assert controls > 60, f"only {controls} controls were seen"
    assert not nameless, "\n".join(nameless[:20])
    assert window.quit() == 0


@point
def the_table_is_read_by_rows():
    window = Window(desktop)
    ready(window)
    window.press(window.all("push button", "Table")[-1])
    row = window.wait(lambda: [n for n in window.all(None, ": x ") if "y " in n.get_name()], 20,
                      "rows that are sentences")[0]
    assert re.search(r", .*: x \S+, y \S+", row.get_name()), row.get_name()
    found, _ = unnamed(window.root())
    assert not found, "\n".join(found[:10])
    assert window.quit() == 0


@point
def the_state_is_told():
    window = Window(desktop)
    ready(window)
    strip = window.find("status bar", None, 20)
    label = window.wait(lambda: window.all("label", "Ready", root=strip), 20, "a status")[0]
    # newer toolkits give a status bar itself no words
    tellers = [strip, label] if strip.get_name() else [label]

    def told(state):
        window.wait(lambda: all(t.get_name() == state for t in tellers), 20, f"the word “{state}”")

    told("Ready")
    window.action("start")
    told("Training")
    window.wait(lambda: all(re.search(r"[1-9]", t.get_description() or "") for t in tellers), 20,
                "its progress")
    window.action("pause")
    told("Paused")
    assert window.quit() == 0


@point
def eigen_images_are_pinned():
    """By the keyboard, and told to who cannot see them; the pointer then leaves the one that is
    pinned alone, and other images of other data take its place"""
    from gi.repository import Atspi
    window = Window(desktop)
    ready(window)
    window.action("page", "spectrum")
    window.wait_status(20, "the page", page="spectrum")
    there = lambda: [each for each in window.all("push button", "Eigen-image ")
                     if states(each).contains(Atspi.StateType.SENSITIVE)]
    window.wait(lambda: len(there()) == 10, 40, "ten eigen-images")
    images = there()
    card = lambda index: window.all("label", f"X·v, i = {index}\n")
    said = images[2].get_description()
    assert re.match(r"X·v, i = 3\nλ = [\d.]+\n[\d.]+ % of y \(true labels\)$", said), said
    focus_plot(window)
    for _ in range(8):  # back from the tenth to the third
        window.xdo("key", "shift+Tab")
    window.wait(lambda: states(images[2]).contains(Atspi.StateType.FOCUSED), 10, "the focus on it")
    window.xdo("key", "space")
    label = window.wait(lambda: card(3), 20, "the image that was pinned")[0]
    assert label.get_name() == said, label.get_name()
    small = window.box(images[2])
    picture = window.box(label.get_parent())
    assert picture.height > 2.5 * small.height, (picture.height, small.height)
    for _ in range(8):
        window.xdo("key", "Tab")
    window.wait(lambda: focused(window).get_role_name() == "image", 10, "the focus on the plot")
    view = focused(window)
    window.xdo("key", "shift+Right")
    window.wait(lambda: "index i = " in view.get_description(), 20, "the crosshair")
    time.sleep(0.3)
    assert card(3) and len(window.all("label", "X·v, i = ")) == 1, "is let go"
    window.press(images[4])
    window.wait(lambda: card(5) and not card(3), 20, "another image")
    window.press(window.find("push button", "Cumulative"))
    window.find("image", "Share of the labels")
    assert card(5), "another figure lets go what was pinned"
    window.press(images[4])
    window.wait(lambda: not card(5), 20, "none that is pinned")
    window.action("load", "n=60")
    window.wait_status(60, "other data", stage="spectrum", n=60)
    window.wait(lambda: len(there()) == 10 and there()[2].get_description() != said, 40,
                "its eigen-images")
    assert window.quit() == 0


@point
def plots_are_worked_by_keys():
    window = Window(desktop)
    ready(window)
    window.action("page", "spectrum")
    window.wait_status(20, "the page", page="spectrum")
    time.sleep(0.7)
    view = focus_plot(window)

    def words(key, what, pattern):
        window.xdo("key", key)
        return window.wait(lambda: re.search(pattern, view.get_description() or "", re.S), 10,
                           f"{what}, not “{view.get_description()}”")

    first = int(words("shift+Right", "the crosshair", r"index i = (\d+)\. .*λ")[1])
    window.wait(lambda: window.all("label", f"i = {first}"), 40, "the eigen-image of that index")
    words("ctrl+shift+Right", "the very next point", rf"index i = {first + 1}\. ")
    words("ctrl+shift+Left", "the point before", rf"index i = {first}\. ")
    words("Escape", "the whole figure", r"^(?!.*index i = \d)")
    hidden = words("l", "the first entry of the legend", r"^(.*), shown$")[1]
    words("space", "it hidden", rf"^{re.escape(hidden)}, hidden$")
    words("space", "it shown", rf"^{re.escape(hidden)}, shown$")
    words("Escape", "the whole figure", r"\. ")
    with desktop.toasts_stay():
        window.xdo("key", "ctrl+c")
        window.find("label", "Image copied")
    assert window.quit() == 0


@point
def the_panel_below_is_reached_by_keys():
    window = Window(desktop)
    ready(window)
    window.action("start")
    window.wait_status(60, "a run", step=lambda k: k > 50, page="convergence")
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")
    view = focus_plot(window)
    window.xdo("key", "shift+Right")
    above = window.wait(lambda: re.match(r"(.*?)\. .*predicted: ", view.get_description() or ""),
                        10, "the upper panel in words")[1]
    window.xdo("key", "shift+Down")
    window.wait(lambda: not (view.get_description() or "").startswith(above), 10, "the lower one")
    assert "step" in view.get_description(), view.get_description()
    assert window.quit() == 0


def words(window):
    """The role and name of what has the focus."""
    return tree.focused(desktop.accessibles, window.process.pid) or (None, "")


def go(window, key, before):
    """What has the focus after that key, which may take a moment, as (role, name)."""
    end = time.monotonic() + 1.5
    window.xdo("key", key)
    while time.monotonic() < end:
        time.sleep(0.1)
        after = words(window)
        if after not in (before, (None, "")):
            return after
    return before


def along(window, key, back, at):
    """The tabs that an arrow key leads to one after the other; the focus stays among them."""
    names = [at[1]]
    for _ in range(12):
        last, at = at, go(window, key, at)
        if at[0] != "page tab":
            return names, go(window, back, at)
        if at == last or at[1] in names:
            break
        names.append(at[1])
    return names, at


@point
def tab_reaches_everything_and_comes_round():
    window = Window(desktop)
    ready(window)
    window.action("page", "generalization")
    window.wait_status(20, "the page", page="generalization")
    time.sleep(0.7)
    seen, tabs, at = [], 0, words(window)
    for _ in range(80):
        seen.append(at[1])
        tabs += at[0] == "page tab"
        before, at = at, go(window, "Tab", at)
        if before[0] == "page tab" and at[0] != "page tab" and tabs == 1:
            # newer toolkits: one stop for all tabs, and arrows from tab to tab
            left, at = along(window, "Left", "Right", go(window, "shift+Tab", at))
            right, at = along(window, "Right", "Left", at)
            seen[-1:] = left[::-1] + [name for name in right if name not in left]
            at = go(window, "Tab", at)
        if at[1] == seen[0]:
            break
    else:
        raise AssertionError("Tab does not come round: " + ", ".join(seen))
    wanted = ["Start", "Step", "Reset", "Spectrum", "Samples", "Export", "Main menu", "Open data",
              "Fold data", "Dataset", "Class 9", "Samples n", "Preprocessing",
              "Random label fraction in percent", "True labels", "Slider’s mixture", "Width m",
              "Step size η", "Stable η", "Scale κ of W(0)", "Initialization", "Seed",
              "Stop after steps", "Device", "Formulation", "What am I looking at?", "Sweep",
              "Seeds of the sweep", "Fit", "Hold the view", "Table",
              "Generalization: complexity measure and test error"]
    missing = [name for name in wanted if name not in seen]
    assert not missing, f"not reached: {missing}; reached: {seen}"
    # in the order in which they stand
    places = [seen.index(name) for name in wanted]
    assert places == sorted(places), seen
    assert window.quit() == 0


try:
    point.main()
finally:
    desktop.close()
