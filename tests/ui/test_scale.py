# test_scale.py: the same window at twice the pixels, and with twice the text
#
# SPDX-License-Identifier: MIT
import os
import re
import subprocess
import time

from harness import Desktop, Tap, Window, need, ready

point = Tap()
need()
desktop = Desktop(2560, 1600)


def set_toolkit(line):
    """Of the windows that come."""
    os.makedirs(desktop.path("config", "gtk-4.0"), exist_ok=True)
    with open(desktop.path("config", "gtk-4.0", "settings.ini"), "w") as file:
        file.write(f"[Settings]\n{line}\n")


def index_at(scale, x, y):
    """Which eigen-image the pointer at a place of the window brings up."""
    window = Window(desktop, size=(1280 * scale, 800 * scale), GDK_SCALE=str(scale))
    ready(window)
    window.action("page", "spectrum")
    window.wait_status(20, "the page", page="spectrum")
    time.sleep(1)
    window.xdo("mousemove", str(scale * (x - 9)), str(scale * y))
    window.xdo("mousemove", str(scale * x), str(scale * y))
    label = window.wait(lambda: window.all("label", "X·v, i = "), 40, "the eigen-image")[0]
    time.sleep(0.5)
    index = int(re.search(r"i = (\d+)", label.get_name())[1])
    window.shot(f"scale-{scale}")
    assert window.quit() == 0
    return index


@point
def the_pointer_picks_the_same_at_twice_the_pixels():
    one, two = index_at(1, 1000, 500), index_at(2, 1000, 500)
    assert one == two > 5, (one, two)


@point
def large_text_keeps_to_a_small_window():
    set_toolkit("gtk-font-name=Sans 22")
    window = Window(desktop, size=(900, 600), **desktop.locale("de_DE.UTF-8"))
    ready(window)
    for page in window.pages():
        window.action("page", page)
        window.wait_status(20, "the page", page=page)
        time.sleep(1)
        told = subprocess.run(["xdotool", "getwindowgeometry", window.wid], check=True,
                              capture_output=True, text=True, env=desktop.env,
                              timeout=60).stdout
        assert "Geometry: 900x600" in told, (page, told)
    assert window.quit() == 0


@point
def the_pages_are_chosen_below_where_there_is_no_room_above():
    """Without animations what is laid out is there at once; a complaint of GTK ends the window."""
    set_toolkit("gtk-enable-animations=0")
    window = Window(desktop, size=(1280, 800))
    ready(window)
    below = lambda: [tab for tab in map(window.box, window.all("page tab"))
                     if tab.y > 700 and tab.height > 0]
    for width in (700, 1280, 700):
        window.xdo("windowsize", window.wid, str(width), "800")
        window.wait(lambda w=width: w > 1000 or below(), 20, "the pages to be below")
        time.sleep(1)
        window.shot(f"scale-{width}")
    assert window.quit() == 0


try:
    point.main()
finally:
    desktop.close()
