# test_sessions.py: what session files keep of the window, and how they are reached
#
# SPDX-License-Identifier: MIT
import os
import resource
import subprocess
import sys

from harness import APP, BUILD, PATH, SMALL, Desktop, Tap, Window, need, read_line, ready, \
    write_images

point = Tap()
need()
desktop = Desktop()
HERE = os.path.dirname(os.path.abspath(__file__))
CHOICE = desktop.path("choice")
desktop.choose_files_elsewhere(CHOICE)


def show(window, page):
    window.action("page", page)
    window.wait_status(20, page, page=page)


def wide(nodes, least):
    """Those of the page that is shown; the others have no size."""
    return [n for n in nodes if n.get_component_iface().get_extents(0).width > least]


def toggle(window, name):
    return window.wait(lambda: wide(window.all("push button", name), 0), 20, f"“{name}”")[0]


def is_on(node):
    from gi.repository import Atspi
    states = node.get_state_set()
    return states.contains(Atspi.StateType.PRESSED) or states.contains(Atspi.StateType.CHECKED)


def plot(window):
    """The plot of the page that is shown, with the focus."""
    view = window.wait(lambda: wide(window.all("image"), 250), 20, "the plot")[0]
    box = window.box(view)
    window.xdo("mousemove", str(box.x + box.width // 2), str(box.y + box.height // 2), "click", "1")
    return view


def legend_says(window, view, key, words):
    window.xdo("key", key)
    window.wait(lambda: (view.get_description() or "").endswith(words), 10,
                f"“{words}”, not “{view.get_description()}”")
    return view.get_description()


@point
def views_come_back():
    window = Window(desktop)
    ready(window)
    path = desktop.path("home", "view.gramscope")
    show(window, "spectrum")
    assert is_on(toggle(window, "log x"))
    window.press(toggle(window, "log x"))
    window.wait(lambda: not is_on(toggle(window, "log x")), 10, "a linear axis")
    view = plot(window)
    legend_says(window, view, "l", ", shown")
    hidden = legend_says(window, view, "space", ", hidden")
    show(window, "dynamics")
    window.press(window.find("push button", "Movement"))
    window.wait(lambda: wide(window.all("label", "Patterns and kernel"), 0), 10, "the list")
    window.xdo("key", "Down", "Return")
    window.wait(lambda: window.all("push button", "Patterns"), 10, "the second figure")
    show(window, "convergence")
    assert not is_on(toggle(window, "H(0)"))
    window.press(toggle(window, "H(0)"))
    window.wait(lambda: is_on(toggle(window, "H(0)")), 10, "H(0)")
    show(window, "samples")
    spin = window.find("spin button", "on purpose")
    spin.get_value_iface().set_current_value(25)
    window.find("label", "of 25 planted flips")
    # what is changed after the undo of a setting is no setting: nothing of it is undone
    window.action("load", "eta=0.03")
    window.wait_status(20, "η = 0.03", eta=0.03)
    window.action("undo")
    window.wait_status(20, "η = 0.02", eta=0.02)
    assert spin.get_value_iface().get_current_value() == 25
    window.action("save-session", path)
    window.wait(lambda: os.path.exists(path), 30, "the file")
    assert window.quit() == 0

    window = Window(desktop)
    show(window, "spectrum")  # made before the file is opened
    assert is_on(toggle(window, "log x"))
    window.action("open-session", path)
    window.wait_status(60, "the session", page="samples", n=150, stage="spectrum")
    window.find("label", "of 25 planted flips", 30)
    show(window, "spectrum")
    window.wait(lambda: not is_on(toggle(window, "log x")), 20, "a linear axis")
    assert is_on(toggle(window, "log y"))
    assert legend_says(window, plot(window), "l", ", hidden") == hidden
    show(window, "dynamics")  # made after it
    window.find("push button", "Patterns")
    show(window, "convergence")
    assert is_on(toggle(window, "H(0)"))
    assert window.quit() == 0


def kept():
    folder = desktop.path("state", "gramscope")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return [n for n in names if n.endswith(".gramscope") and not n.startswith(".")]


def limited(**env):
    """A window and what sets how large its files may grow: on a full disk no larger ones fit."""
    program = os.environ.get("GRAM_TEST_BINARY", os.path.join(BUILD, "src", "ui", "gramscope"))
    window = Window(desktop, "--ignore-signal=XFSZ", program, binary="/usr/bin/env", **env)
    return window, lambda size: resource.prlimit(window.process.pid, resource.RLIMIT_FSIZE,
                                                 (size, resource.RLIM_INFINITY))


@point
def a_full_disk_pauses_until_there_is_room():
    window, room = limited(GRAM_RECOVERY_SECONDS="1")
    ready(window)
    room(20000)
    window.action("start")
    window.find("dialog", "Training Is Paused", 30)
    step = window.wait_status(20, "the pause", state="paused", step=lambda k: k > 0)["step"]
    assert kept() == [], "half a file is left"
    window.press(window.find("push button", "Train Unkept"))
    window.wait_status(60, "the run to go on", state="training", step=lambda k: k > step + 100)
    room(resource.RLIM_INFINITY)
    window.wait(kept, 30, "the file")
    assert window.status()["state"] == "training"
    room(20000)
    window.find("dialog", "Training Is Paused", 30)
    step = window.wait_status(20, "the second pause", state="paused")["step"]
    whole = os.path.getsize(desktop.path("state", "gramscope", kept()[0]))
    assert whole > 20000, "the file of before was written to"
    with desktop.toasts_stay():
        room(resource.RLIM_INFINITY)
        window.find("label", "There is room again", 30)
    window.wait_status(30, "the run to go on", state="training", step=lambda k: k > step)
    window.wait(lambda: not window.all("dialog", "Training Is Paused"), 10, "the dialog to close")
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")
    assert window.quit() == 0
    assert kept() == []


def choose(path):
    with open(CHOICE, "w") as file:
        file.write(path)


def window_action(window, name, parameter):
    from gi.repository import GLib
    desktop.bus.call_sync(APP, PATH + "/window/1", "org.gtk.Actions", "Activate",
                          GLib.Variant("(sava{sv})", (name, [GLib.Variant("s", parameter)], {})),
                          None, 0, 10000, None)


def refused(window, cause):
    """The error and its way out; then the dialog beneath it, as it was left."""
    window.find("dialog", "The Figure Was Not Exported", 20)
    words = window.find("label", cause).get_name()
    assert "hoose another place" in words, words
    window.xdo("key", "Escape")
    window.wait(lambda: not window.all("dialog", "Not Exported"), 10, "the dialog to close")
    export = window.find("dialog", "Export the Figure")
    assert window.all("label", "SVG drawing", root=export), "another format"
    assert is_on(window.all("check box", "Transparent", root=export)[0]), "another background"


@point
def a_refused_export_can_be_mended():
    window, room = limited()
    ready(window)
    window_action(window, "export-as", "svg")
    export = window.find("dialog", "Export the Figure")
    window.press(window.find("check box", "Transparent background"))
    window.wait(lambda: is_on(window.all("check box", "Transparent", root=export)[0]), 10, "that")
    path = desktop.path("home", "figure.svg")
    choose("/proc/figure.svg")  # where not even root may write
    window.press(window.find("push button", "Export…"))
    refused(window, "/proc/figure.svg: cannot ")
    choose(path)
    room(5000)
    window.press(window.find("push button", "Export…"))
    refused(window, f"{path}: cannot write: File too large")
    assert not os.path.exists(path), "half a figure is left"
    room(resource.RLIM_INFINITY)
    with desktop.toasts_stay():
        window.press(window.find("push button", "Export…"))
        window.find("label", "Exported figure.svg")
    with open(path) as file:
        assert file.read().rstrip().endswith("</svg>")
    os.unlink(CHOICE)
    assert window.quit() == 0


@point
def an_export_shows_itself_and_where_it_went():
    window = Window(desktop)
    ready(window)
    window_action(window, "export-as", "svg")
    export = window.find("dialog", "Export the Figure")
    window.find("image", "Preview")
    window.find("text", "Width")
    with_title = window.find("check box", "Title")
    assert is_on(with_title) and is_on(window.find("check box", "Caption"))
    window.press(with_title)
    path = desktop.path("home", "shown.svg")
    choose(path)
    with desktop.toasts_stay():
        window.press(window.find("push button", "Export…"))
        window.press(window.find("push button", "Show in Folder"))
        window.wait(lambda: os.path.exists(CHOICE + ".shown"), 10, "the file manager")
    with open(CHOICE + ".shown") as file:
        assert file.read() == "file://" + path
    with open(CHOICE + ".asked") as file:
        assert file.read() == "glyphs-0-1-spectrum.svg"
    with open(path) as file:
        svg = file.read()
    # once in <title> and <desc>, which always stand there
    assert svg.count("Spectrum of") == 1 and svg.count("Line:") == 2, svg[:900]
    os.unlink(CHOICE)
    assert window.quit() == 0


@point
def a_question_does_not_hold_up_the_end():
    window = Window(desktop)
    ready(window)
    window_action(window, "export-as", "svg")
    window.find("dialog", "Export the Figure")
    window.action("page", "nowhere")
    window.find("dialog", "No Such Page")
    assert window.quit() == 0


@point
def the_title_bar_answers_a_question_first():
    window = Window(desktop)
    ready(window)
    main = window.wid
    window.action("page", "nowhere")
    window.find("dialog", "No Such Page")
    window.ask_to_close()
    if window.find_window() != main:  # a window of its own, before libadwaita 1.5
        window.xdo("key", "Escape")
    window.wait(lambda: not window.all("dialog", "No Such Page"), 10, "the question to go")
    window.ask_to_close()
    assert window.process.wait(30) == 0, window.output()


def begin_drag(window, source):
    """A press is lost that comes before the server shows the source: then it is pressed again."""
    for last in (False, False, False, False, True):
        window.xdo("mousemove", "60", "40", "mousedown", "1", "sleep", "0.2", "mousemove", "80",
                   "60", "sleep", "0.2", "mousemove", "100", "80")
        try:
            assert read_line(source.stdout, 12, "the drag to begin") == "begun"
            return
        except AssertionError:
            window.xdo("mouseup", "1")
            if last:
                raise


def drag(window, *paths):
    """Onto the middle of the window, from a window in its corner."""
    source = desktop.spawn([sys.executable, os.path.join(HERE, "drag_source.py"), *paths],
                           env=desktop.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    wid = read_line(source.stdout, 60, "the window of the drag source")
    window.xdo("windowmove", wid, "0", "0", "windowraise", wid)
    begin_drag(window, source)
    for x in range(100, 700, 60):
        window.xdo("mousemove", str(x), "400", "sleep", "0.05")
    window.xdo("mouseup", "1")
    answer = read_line(source.stdout, 60, "word from the drag source of what became of its drag")
    source.kill()
    source.wait(30)
    return answer


@point
def what_is_dropped_is_opened():
    window = Window(desktop)
    ready(window, SMALL.replace("n=150 test-samples=60", "n=100 test-samples=30"))
    folder = desktop.path("home", "images")
    write_images(folder)
    session = desktop.path("home", "dropped.gramscope")
    window.action("start")
    window.wait_status(60, "a run", step=lambda k: k > 20)
    window.action("pause")
    step = window.wait_status(20, "the pause", state="paused")["step"]
    window.action("save-session", session)
    window.wait(lambda: os.path.exists(session), 30, "the file")
    assert drag(window, folder) == "dropped"
    window.wait_status(60, "the folder", n=100, dataset=lambda d: d != "glyphs", step=0)
    assert drag(window, session) == "dropped"
    window.wait_status(60, "the session", n=100, dataset="glyphs", step=step, state="paused")
    # one file of a dataset is enough, and what is no data does no harm
    assert drag(window, os.path.join(folder, "train-images-idx3-ubyte")) == "dropped"
    window.wait_status(60, "the file's dataset", dataset=lambda d: d != "glyphs", step=0)
    assert drag(window, desktop.path("log")) == "dropped"
    window.find("dialog", "Cannot Be Used", 30)
    window.xdo("key", "Escape")
    assert window.quit() == 0


@point
def recent_data_are_in_the_menu():
    folder = desktop.path("home", "my_images")
    write_images(folder)
    window = Window(desktop)
    ready(window)
    window.action("load", f"dataset={folder} n=100 test-samples=30")
    window.wait_status(60, "the folder", n=100, dataset=lambda d: d != "glyphs")
    window.action("load", "dataset=/nowhere/at/all")
    window.find("dialog", "Cannot Be Used", 30)
    window.xdo("key", "Escape")
    window.action("load", "dataset=glyphs")
    window.wait_status(60, "the glyphs again", n=100, dataset="glyphs")
    window.press(window.all("push button", "Main menu")[-1])
    items = window.wait(lambda: window.all("menu item"), 10, "the menu")
    window.xdo("key", "Down", "Down", "Right", "sleep", "1")  # to the list, past two items
    if any(item.get_name() for item in items):
        item = window.find("menu item", "~/my_images", 20)
        assert not window.all("menu item", "/nowhere"), "what could not be opened is offered"
        window.wait(lambda: wide([item], 0), 10, "the list to open")
        window.press(item)
    else:  # GTK 4.18 tells clients no names of menu items
        window.xdo("key", "Up", "Return")  # the last: data come after sessions
    window.wait_status(60, "the folder again", n=100, dataset=lambda d: d != "glyphs")
    window.xdo("key", "Escape")
    assert window.quit() == 0


try:
    point.main()
finally:
    desktop.close()
