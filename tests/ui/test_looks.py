# test_looks.py: every page at two sizes, light, dark and in Chinese; pictures to look at
#
# SPDX-License-Identifier: MIT
"""A picture cannot be judged here, but it can be shown not to be blank, and that every page that
the window names can be opened without a complaint."""
import subprocess
import time

from harness import Desktop, Tap, Window, need

point = Tap()
need()
desktop = Desktop()


def colours(path):
    out = subprocess.run(["identify", "-format", "%k", path], capture_output=True, text=True,
                         timeout=60)
    return int(out.stdout or 0)


def all_pages(tag, size, **env):
    window = Window(desktop, size=size, **env)
    window.action("load", "dataset=glyphs n=200 test-samples=100 m=256 eta=0.01")
    window.wait_status(60, "the spectrum", stage="spectrum", n=200)
    window.action("start")
    window.wait_status(60, "a run", step=lambda k: k > 100)
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")
    for page in window.pages():
        window.action("page", page)
        window.wait_status(20, page, page=page)
        time.sleep(1.2 if page in ("learnability", "samples") else 0.6)
        path = window.shot(f"{page}-{tag}")
        assert colours(path) > 64, f"{path} is blank"
    assert "CRITICAL" not in window.output(), window.output()
    assert window.quit() == 0


@point
def wide_and_light():
    all_pages("wide-light", (1280, 800), ADW_DEBUG_COLOR_SCHEME="prefer-light")


@point
def small_and_dark():
    all_pages("small-dark", (900, 600), ADW_DEBUG_COLOR_SCHEME="prefer-dark")


@point
def wide_and_dark_in_chinese():
    all_pages("wide-dark-zh", (1280, 800), ADW_DEBUG_COLOR_SCHEME="prefer-dark",
              **desktop.locale("zh_CN.UTF-8"))


try:
    point.main()
finally:
    desktop.close()
