# test_panel.py: the left panel, and figures while other data come
#
# SPDX-License-Identifier: MIT
import os
import re
import time

from harness import SMALL, Desktop, Tap, Window, need, ready, write_images

point = Tap()
need()
desktop = Desktop()


def place(window, role, name):
    """Its upper edge and height when nothing moves any more"""
    def rests():
        boxes = []
        for _ in range(2):
            box = window.box(window.find(role, name))
            boxes.append((box.y, box.height))
            time.sleep(0.3)
        return boxes[0] == boxes[1] and boxes[0]
    return window.wait(rests, 20, f"{name} to rest")


def is_sensitive(node):
    from gi.repository import Atspi
    return node.get_state_set().contains(Atspi.StateType.SENSITIVE)


@point
def labels_are_above_the_fold():
    """The slider even where a warning takes a line, all where there are more classes than room"""
    window = Window(desktop)
    ready(window)
    below = window.box(window.find("push button", "What runs")).y  # in the line at the bottom
    assert below > 600, below
    y, height = place(window, "check box", "Slider’s mixture")
    assert y + height <= below, (y, height, below)
    window.action("load", "eta=5")
    window.find("label", "η = 5 is too large")
    y, height = place(window, "slider", "Random label fraction")
    assert y + height <= below, ("with a warning", y, height, below)
    window.action("load", "eta=0.02")
    window.wait_status(20, "no warning", eta=0.02)
    folder = desktop.path("home", "many")
    write_images(folder, classes=range(40))
    window.action("load", f"dataset={folder} n=4 test-samples=1")
    window.wait_status(60, "many classes", dataset=folder, n=4)
    y, height = place(window, "check box", "Slider’s mixture")
    assert y + height <= below, (y, height, below)
    assert window.quit() == 0


@point
def the_wheel_scrolls_the_panel():
    """and moves no slider that the pointer is over on the way"""
    window = Window(desktop)
    ready(window)
    fraction = window.status()["random-fraction"]
    before, _ = place(window, "slider", "Random label fraction")
    for _ in range(3):
        slider = window.still_box(window.find("slider", "Random label fraction"))
        window.xdo("mousemove", str(slider.x + slider.width // 2),
                   str(slider.y + slider.height // 2), "click", "5")
    after, _ = place(window, "slider", "Random label fraction")
    assert after < before - 50, (before, after)
    assert window.status()["random-fraction"] == fraction
    assert window.quit() == 0


@point
def data_fold_to_one_line():
    """At the first start, then as people leave them"""
    window = Window(desktop, GSETTINGS_BACKEND="keyfile")
    ready(window)
    window.find("push button", "Class 9")
    assert not window.all("label", "Glyphs: 0 / 1, n = ")
    window.action("start")
    window.find("label", "Glyphs: 0 / 1, n = 150", 20)
    assert not window.all("push button", "Class 9")
    window.press(window.find("push button", "Fold data"))
    window.find("push button", "Class 9")
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")
    window.action("start")
    window.wait_status(20, "the run", state="training")
    window.find("push button", "Class 9")
    window.press(window.find("push button", "Fold data"))
    window.find("label", "Glyphs: 0 / 1, n = 150", 20)
    assert window.quit() == 0
    window = Window(desktop, GSETTINGS_BACKEND="keyfile")
    window.find("label", "Glyphs: 0 / 1, n = 150", 60)
    assert not window.all("push button", "Class 9")
    assert window.quit() == 0


@point
def nothing_moves_when_tiles_come_or_are_clicked():
    window = Window(desktop)
    ready(window)
    before = place(window, "text", "Samples n")
    window.press(window.find("push button", "Class 7"))
    window.find("label", "Now choose the class that is −1")
    assert place(window, "text", "Samples n") == before, "the question moves the panel"
    window.press(window.find("push button", "Class 3"))
    window.wait_status(60, "the pair", stage="spectrum", **{"class-a": "7", "class-b": "3"})
    assert place(window, "text", "Samples n") == before
    folder = desktop.path("home", "large")
    write_images(folder, side=96, classes=range(10))
    window.action("load", f"dataset={folder} n=10 test-samples=2")
    window.wait_status(60, "large images", dataset=folder, n=10)
    assert place(window, "text", "Samples n") == before, "large images move the panel"
    assert window.quit() == 0


@point
def classes_without_images_cannot_be_chosen():
    folder = desktop.path("home", "gaps")
    write_images(folder, classes=(0, 2, 3))
    window = Window(desktop)
    window.action("load", f"dataset={folder} n=20 test-samples=5")
    window.wait_status(60, "the data", dataset=folder, n=20)
    assert is_sensitive(window.find("push button", "Class 2"))
    assert not is_sensitive(window.find("push button", "Class 1"))
    assert window.quit() == 0


@point
def own_folders_stay_in_the_list():
    """In this window and in the next; those of one name are told apart"""
    first, second = desktop.path("home", "one", "mine"), desktop.path("home", "two", "mine")
    for folder in (first, second):
        os.mkdir(os.path.dirname(folder))
        write_images(folder)
    window = Window(desktop)
    for folder in (first, second):
        window.action("load", f"dataset={folder} n=20 test-samples=5 labels=true")
        window.wait_status(60, "the data", dataset=folder, n=20)
    ready(window)

    def choose(title):
        row = window.box(window.find("combo box", "Dataset"))
        window.xdo("mousemove", str(row.x + row.width // 2), str(row.y + row.height // 2),
                   "click", "1")
        time.sleep(0.7)
        names = [label.get_name() for label in window.all("label")]
        window.xdo("key", "Escape")
        assert title in names, names

    choose("mine (one)")
    choose("mine (two)")
    assert window.quit() == 0
    window = Window(desktop)
    ready(window)
    choose("mine (one)")
    assert window.quit() == 0


@point
def automatic_numbers_are_told():
    window = Window(desktop)
    ready(window, SMALL.replace("m=128", "m=auto"))

    def shows(name):
        return (window.find("text", name).get_attributes() or {}).get("placeholder-text", "")

    window.wait(lambda: re.fullmatch(r"automatic: \d+", shows("Width m")), 20, "the width")
    window.action("load", "n=auto test-samples=all")
    window.wait_status(60, "n", n=1000)
    window.wait(lambda: re.fullmatch(r"automatic: \d+", shows("Samples n")), 60, "n")
    assert re.fullmatch(r"automatic: \d+", shows("Test samples")), shows("Test samples")
    assert window.quit() == 0


@point
def curves_stay_until_new_ones_are_there():
    """Dimmed, and never as those of the new data"""
    note = "The former figure, until the new one is there"
    window = Window(desktop)
    ready(window)
    window.action("page", "spectrum")
    window.wait_status(20, "the page", page="spectrum")
    path = desktop.path("home", "spectrum.csv")
    assert not window.all("label", note)
    window.action("load", "n=4000 threads=1")
    window.find("label", note, 60)
    window.action("export", path)
    window.wait(lambda: os.path.exists(path) or window.all("dialog", "Not Exported"), 60,
                "a file or the reason why there is none")
    if os.path.exists(path):
        assert len(open(path, encoding="utf-8").read().splitlines()) > 4000, "the former figure"
    else:
        window.xdo("key", "Escape")
    window.wait_status(120, "the new spectrum", stage="spectrum", n=4000)
    window.wait(lambda: not window.all("label", note), 20, "the new figure")
    assert window.quit() == 0


@point
def log_choices_are_remembered():
    from gi.repository import Atspi

    def toggle(window, page):
        window.action("page", page)
        window.wait_status(20, "the page", page=page)
        window.find("push button", "log x")
        return window.all("push button", "log x")[-1]  # in the order of the pages

    def is_log(node):
        states = node.get_state_set()
        return states.contains(Atspi.StateType.PRESSED) or states.contains(Atspi.StateType.CHECKED)

    window = Window(desktop, GSETTINGS_BACKEND="keyfile")
    ready(window)
    window.action("page", "convergence")  # a page that is seen, and left as it is
    window.wait_status(20, "the page", page="convergence")
    window.wait(lambda: is_log(toggle(window, "spectrum")), 20, "a logarithmic axis")
    window.press(toggle(window, "spectrum"))
    window.wait(lambda: not is_log(toggle(window, "spectrum")), 10, "a linear axis")
    assert window.quit() == 0
    window = Window(desktop, GSETTINGS_BACKEND="keyfile")
    ready(window)
    spectrum = toggle(window, "spectrum")
    time.sleep(2)  # by when it was logarithmic before
    assert not is_log(spectrum), "it is logarithmic again"
    window.press(spectrum)
    window.wait(lambda: is_log(toggle(window, "spectrum")), 10, "a logarithmic axis")
    assert window.quit() == 0


try:
    point.main()
finally:
    desktop.close()
