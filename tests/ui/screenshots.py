# screenshots.py: every page as people see it, for docs/screenshots
#
# SPDX-License-Identifier: MIT
"""Run by `./dev screenshots [FOLDER] [PART…]`: PART limits what is made to the pictures whose name
has that text. Needs no data: the pictures show Glyphs, from a fixed seed."""
import gettext
import os
import subprocess
import sys
import time

BUILD = os.environ["GRAM_TEST_BUILDDIR"]
OUT = os.path.abspath(sys.argv[1])
PARTS = sys.argv[2:]
os.environ["GRAM_TEST_SHOTS"] = os.path.join(BUILD, "screenshots")

from harness import Desktop, Window, need  # noqa: E402: reads the environment

LIGHT, DARK = {"ADW_DEBUG_COLOR_SCHEME": "prefer-light"}, {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}
LOOKS = [("wide-light", (1280, 800), LIGHT), ("wide-dark", (1280, 800), DARK),
         ("small-light", (900, 600), LIGHT), ("small-dark", (900, 600), DARK),
         ("wide-zh_CN", (1280, 800), {**LIGHT, "LANGUAGE": "zh_CN"})]
LIMIT = 150_000  # bytes


def wanted(window, look):
    """The pages to be pictured in that look."""
    return [p for p in window.pages() if not PARTS or any(part in f"{p}-{look}" for part in PARTS)]


def keep(window, name):
    """Takes the picture; a palette makes it a third of the size and nobody sees a difference."""
    made = window.shot(name)
    path = os.path.join(OUT, name + ".png")
    for colours in ("256", "128", "64"):
        subprocess.run(["convert", made, "-strip", "+dither", "-colors", colours,
                        "-define", "png:compression-level=9", "-define",
                        "png:exclude-chunks=date,time", "PNG8:" + path], check=True,
                       timeout=120)
        if os.path.getsize(path) <= LIMIT:
            break
    print(f"{path}  {os.path.getsize(path) // 1024} kB", flush=True)


def point_at(window, x, y):
    """The pointer rests at that part of the window, so that the plot shows its crosshair."""
    width, height = window.size
    window.xdo("mousemove", str(int(x * width)), str(int(y * height)))
    time.sleep(0.8)


def train(window):
    window.action("load", "dataset=glyphs n=400 test-samples=200 m=1024 eta=0.02 kappa=0.01 "
                          "steps=600 random-fraction=0.3")
    window.wait_status(120, "the spectrum", stage="spectrum", n=400)
    window.action("start")
    window.wait_status(300, "the run", state="finished")
    for name in ("Close this line", "Fold data"):  # what only the first start has
        window.press(window.find("push button", window.translated(name)))


def sweep(window, language):
    """Small nets, so that every fraction is trained in seconds; the next look finds them in the
    cache."""
    _ = gettext.translation("gramscope", os.path.join(BUILD, "po"), [language],
                            fallback=True).gettext
    window.action("load", "dataset=glyphs n=100 test-samples=100 m=256 eta=0.1 kappa=0.01")
    window.wait_status(120, "the spectrum", stage="spectrum", n=100)
    window.action("page", "generalization")
    window.wait_status(20, "the page", page="generalization")
    window.find("spin button", _("Seeds of the sweep")).get_value_iface().set_current_value(1)
    window.press(window.find("push button", _("Sweep")))
    time.sleep(2)
    window.wait(lambda: not window.all("push button", _("Cancel Sweep")), 120, "the sweep")


def picture(desktop, look, size, env):
    if "LANGUAGE" in env:
        env = {**env, **desktop.locale(env["LANGUAGE"] + ".UTF-8")}
    window = Window(desktop, size=size, **env)
    pages = wanted(window, look)
    if pages:
        train(window)
    for page in sorted(pages, key=lambda page: page == "generalization"):
        if page == "generalization":
            sweep(window, env.get("LANGUAGE", "en"))
        window.action("page", page)
        window.wait_status(20, page, page=page)
        time.sleep(6 if page == "learnability" else 1.5)
        point_at(window, *((0.62, 0.45) if page in ("convergence", "spectrum") else (0.5, 0.999)))
        keep(window, f"{page}-{look}")
    window.quit()


def main():
    need()
    os.makedirs(OUT, exist_ok=True)
    desktop = Desktop()
    os.mkdir(desktop.path("config", "gtk-4.0"))
    with open(desktop.path("config", "gtk-4.0", "settings.ini"), "w") as settings:
        settings.write("[Settings]\ngtk-font-name=Cantarell 11\n")  # what GNOME has
    try:
        for look in LOOKS:
            picture(desktop, *look)
    finally:
        desktop.close()


main()
