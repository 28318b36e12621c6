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
    os.makedirs(desktop.path("config", "gtk-4.0"))
    settings = desktop.path("config", "gtk-4.0", "settings.ini")
    with open(settings, "w") as file:
        file.write("[Settings]\ngtk-font-name=Sans 22\n")
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
    os.remove(settings)


try:
    point.main()
finally:
    desktop.close()
