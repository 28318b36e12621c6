# test_window.py: the main job, done by scripts and by hand
#
# SPDX-License-Identifier: MIT
import os
import re
import subprocess
import time

from harness import Desktop, Tap, Window, need, ready

point = Tap()
need()
desktop = Desktop()
SMALL = "dataset=glyphs n=200 test-samples=100 m=256 eta=0.01 labels=true,random,worst"


@point
def opens_with_something_on_screen():
    window = Window(desktop)
    seconds = time.monotonic() - window.began
    print(f"# first window after {seconds:.2f} s")
    status = window.wait_status(60, "the spectrum of the first data", stage="spectrum")
    assert status["n"] > 0 and status["complexity"] > 0, status
    assert status["page"] == "spectrum"
    time.sleep(0.5)
    window.shot("window-first")
    assert window.quit() == 0


@point
def trains_and_exports_over_dbus():
    window = Window(desktop)
    ready(window, SMALL)
    window.action("start")
    status = window.wait_status(60, "curves that move", step=lambda k: k >= 50)
    assert status["residual-true"] < status["residual-random"] < 15, status
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")
    step = window.status()["step"]
    time.sleep(0.5)
    assert window.status()["step"] == step, "paused, and yet it goes on"
    window.action("step")
    window.wait_status(20, "one step more", step=step + 1)
    window.action("page", "convergence")
    for ending in ("svg", "png", "pdf", "csv"):
        path = desktop.path("home", "figure." + ending)
        window.action("export", path)
        window.wait(lambda: os.path.exists(path), 20, path)
    final = window.wait_status(5, "the last numbers", step=step + 1)
    svg = open(desktop.path("home", "figure.svg"), encoding="utf-8").read()
    assert "<text" in svg and "step" in svg, "text must stay text"
    csv = open(desktop.path("home", "figure.csv"), encoding="utf-8").read()
    for name in ("true", "random", "worst"):
        wanted = final["residual-" + name]
        numbers = [float(x) for x in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", csv)]
        assert any(abs(x - wanted) <= 1e-6 * wanted for x in numbers), \
            f"the curve of {name} does not end at {wanted}"
    head = open(desktop.path("home", "figure.png"), "rb").read(8)
    assert head == b"\x89PNG\r\n\x1a\n"
    text = subprocess.run(["pdftotext", desktop.path("home", "figure.pdf"), "-"],
                          capture_output=True, text=True, timeout=60).stdout
    assert "step" in text, text
    window.action("reset")
    window.wait_status(20, "the start", step=0)
    assert window.quit() == 0


@point
def finite_width_on_request():
    window = Window(desktop)
    ready(window, SMALL)
    window.action("page", "convergence")
    window.action("start")
    window.wait_status(60, "curves that move", step=lambda k: k >= 50)
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")
    path = desktop.path("home", "width.csv")

    def drawn():
        window.action("export", path)
        window.wait(lambda: os.path.exists(path), 20, path)
        text = open(path, encoding="utf-8").read()
        os.remove(path)
        return "predicted with H(0)" in text

    assert not drawn()
    window.press(window.find("push button", "H(0)"))
    window.wait(drawn, 30, "the dotted curve")
    window.press(window.find("push button", "H(0)"))
    window.wait(lambda: not drawn(), 30, "no dotted curve")
    assert window.quit() == 0


@point
def tiles_slider_and_buttons_by_hand():
    window = Window(desktop)
    ready(window, SMALL)
    window.press(window.find("push button", "Class 3"))
    window.press(window.find("push button", "Class 8"))
    window.wait_status(60, "classes 3 and 8", stage="spectrum", **{"class-a": "3", "class-b": "8"})
    window.find("push button", "Class 3, is class A")
    window.find("push button", "Class 8, is class B")
    before = window.status()["complexity"]
    slider = window.find("slider", "Random label fraction")
    slider.get_value_iface().set_current_value(60)
    status = window.wait_status(10, "ρ = 0.6", **{"random-fraction": lambda r: abs(r - 0.6) < 1e-9})
    window.wait_status(10, "the measure to answer", complexity=lambda c: c > 1.1 * before)
    window.find("label", "60 %")
    # and the other way: scripts move the slider
    window.action("random-fraction", 0.25)
    window.wait(lambda: abs(slider.get_value_iface().get_current_value() - 25) < 1e-6, 10,
                "the slider to follow")
    button = window.find("push button", "Start")
    window.press(button)
    window.wait_status(60, "training", step=lambda k: k > 5)
    window.shot("window-training")
    window.wait(lambda: button.get_name() == "Pause", 20, "the button to say Pause")
    window.press(button)
    window.wait_status(20, "the pause", state="paused")
    assert status
    assert window.quit() == 0


@point
def groups_of_classes_by_hand():
    window = Window(desktop)
    ready(window, SMALL)

    def click(name, *modifiers):
        box = window.box(window.find("push button", name))
        keys = [word for key in modifiers for word in ("keydown", key)]
        up = [word for key in modifiers for word in ("keyup", key)]
        window.xdo("mousemove", str(box.x + box.width // 2), str(box.y + box.height // 2), *keys,
                   "click", "1", *up)

    click("Class 0")
    window.find("label", "Now choose the class that is")
    click("Class 2", "shift")
    window.find("push button", "Class 2, is class A")
    click("Class 1")
    window.wait_status(60, "0+2 against 1", stage="spectrum",
                       **{"class-a": "0+2", "class-b": "1"})
    click("Class 3", "shift")
    window.wait_status(60, "0+2 against 1+3", stage="spectrum",
                       **{"class-a": "0+2", "class-b": "1+3"})
    window.find("push button", "Class 3, is class B")
    window.action("load", "classes=0+4,1")  # what a session or a script says
    window.wait_status(60, "0+4 against 1", stage="spectrum",
                       **{"class-a": "0+4", "class-b": "1"})
    window.find("push button", "Class 4, is class A")
    click("Class 5", "shift")  # has the focus now
    window.wait_status(60, "class 5 on B", **{"class-a": "0+4", "class-b": "1+5"})
    for key, groups in (("plus", ("0+4+5", "1")), ("minus", ("0+4", "1+5")),
                        ("Delete", ("0+4", "1"))):
        window.xdo("key", key)
        window.wait_status(60, f"{key} on class 5", **{"class-a": groups[0], "class-b": groups[1]})
    window.xdo("key", "Menu")
    window.press(window.menu_item("Add to Class A", 0))
    window.wait_status(60, "class 5 by the menu", stage="spectrum",
                       **{"class-a": "0+4+5", "class-b": "1"})
    assert window.quit() == 0


@point
def undo_brings_back_what_was():
    window = Window(desktop)
    ready(window, SMALL)
    window.action("load", "eta=0.02")
    window.wait_status(20, "η = 0.02", eta=0.02)
    window.action("undo")
    window.wait_status(20, "η = 0.01 again", eta=0.01)
    window.action("redo")
    window.wait_status(20, "η = 0.02 again", eta=0.02)
    assert window.quit() == 0


@point
def a_large_step_is_warned_of_and_mended():
    window = Window(desktop)
    ready(window, SMALL.replace("eta=0.01", "eta=1"))
    status = window.wait_status(20, "2/λ₁", **{"stable-step": lambda x: 0 < x < 1})
    window.find("label", "η = 1 is too large")
    window.press(window.all("push button", "Stable η")[0])
    window.wait_status(20, "a stable η", eta=lambda e: e < status["stable-step"])
    assert window.quit() == 0


@point
def the_start_button_keeps_its_neighbours():
    window = Window(desktop)
    ready(window, SMALL)
    step = window.find("push button", "Step")
    before = window.box(step).x
    assert before > 0
    window.action("start")
    window.find("push button", "Pause")
    window.wait_status(60, "a run", step=lambda k: k > 5)
    assert window.box(step).x == before
    window.action("pause")
    window.find("push button", "Continue")
    assert window.box(step).x == before
    assert window.quit() == 0


@point
def the_steps_are_whole_in_a_small_window():
    window = Window(desktop, size=(900, 600))
    ready(window, SMALL + " steps=90000000")
    window.action("start")
    window.wait_status(60, "a run", step=lambda k: k > 200)
    label = window.find("label", "steps/s")

    def width_of_letter():
        time.sleep(1)
        said = label.get_name()
        assert "steps/s" in said and "left" in said, said
        return window.box(label).width / len(said)

    small = width_of_letter()
    window.xdo("windowsize", window.wid, "1280", "800")
    large = width_of_letter()
    assert small > 0.95 * large, (small, large)
    assert window.quit() == 0


@point
def the_samples_are_exported():
    window = Window(desktop)
    ready(window, SMALL)
    window.action("page", "samples")
    window.wait(lambda: window.all(None, "of the ranking"), 30, "the ranking")
    path = desktop.path("home", "samples.csv")
    window.action("export", path)
    window.wait(lambda: os.path.exists(path), 20, path)
    rows = open(path, encoding="utf-8").read().splitlines()
    assert len([row for row in rows if "flipped" in row]) >= 200, rows[:4]
    path = desktop.path("home", "samples.svg")
    window.action("export", path)
    window.wait(lambda: os.path.exists(path), 20, path)
    svg = open(path, encoding="utf-8").read()
    assert svg.count("<image") == 60 and svg.count("data:image/png;base64,") == 60
    for told in ("n = 200", "(+1)", "first 60 images", "true ones"):
        assert told in " ".join(re.sub(r"<[^>]+>", " ", svg).split()), told
    assert window.quit() == 0


@point
def test_images_are_a_matter_of_generalization():
    window = Window(desktop)
    ready(window, SMALL + " steps=60")
    window.action("start")
    window.wait_status(60, "the run", state="finished")
    window.action("page", "generalization")
    window.find("image", "complexity measure", 20)
    window.press(window.find("push button", "Test images"))
    window.find("image", "Test images, predicted", 20)
    path = desktop.path("home", "test.csv")
    window.wait(lambda: (window.action("export", path), time.sleep(0.5), os.path.exists(path)
                         and "predicted" in open(path, encoding="utf-8").read())[2], 40,
                "the curves of the run")
    window.press(window.find("push button", "Test images"))
    window.find("image", "complexity measure", 20)
    assert window.quit() == 0


@point
def the_conditions_stay_open():
    window = Window(desktop)
    ready(window, SMALL)
    window.action("page", "dynamics")
    window.wait_status(20, "the page", page="dynamics")
    button = window.find("push button", "Conditions")
    assert not window.all("label", "Verdict")
    window.press(button)
    window.find("label", "Verdict")
    window.action("start")
    window.find("label", "Steps as Theorem 3.1 says", 60)  # of the run that began beneath it
    window.action("pause")
    window.press(button)
    window.wait(lambda: not window.all("label", "Verdict"), 20, "the panel closed")
    assert window.quit() == 0


@point
def a_sample_is_enlarged_and_flipped():
    """By a click, or Enter; the image stays when its label has changed its rank"""
    window = Window(desktop)
    ready(window, SMALL)
    window.action("page", "samples")
    last = window.find(None, "No. 9 of the ranking", 30)
    row = re.search(r"row \d+ of", last.get_name())[0]
    place = window.box(last)
    window.xdo("mousemove", str(place.x + place.width // 2), str(place.y + place.height // 2),
               "click", "1")
    card = lambda text: [each for each in window.all("label", row) if text in each.get_name()]
    window.wait(lambda: card("No. 9 of"), 20, "the image, enlarged")
    window.xdo("key", "space")  # the focus is on the button
    window.find("push button", "Flip Back", 20)
    window.wait(lambda: card("(flipped on purpose)") and not card("No. 9 of"), 20, "its new rank")
    window.find("label", "1 of 1 planted flips")
    window.press(window.find("push button", "Flip Back"))
    window.wait(lambda: card("No. 9 of") and not card("(flipped"), 20, "its old rank")
    window.xdo("key", "Escape")
    window.wait(lambda: not card(""), 20, "no image")
    window.xdo("key", "Home", "Return")
    window.find("push button", "Flip This Label", 20)
    row = "No. 1 of"
    assert card(""), "Enter enlarged another image"
    window.action("load", "n=60")
    window.wait(lambda: not card(""), 40, "no image of other data")
    assert window.quit() == 0


@point
def the_first_line_says_what_to_do():
    """Until it is closed or a run was begun, and not where a run would diverge"""
    line = "Press Start: does training follow the dashes"

    def shown(window):
        return window.all("label", line)

    window = Window(desktop, GSETTINGS_BACKEND="keyfile")
    ready(window, SMALL)
    window.wait(lambda: shown(window), 20, "the line")
    window.action("load", "eta=1")
    window.wait_status(20, "the labels", eta=1.0)
    time.sleep(1)
    assert not shown(window), "a run that diverges is advised"
    window.action("load", "eta=0.01")
    window.wait(lambda: shown(window), 20, "the line again")
    window.action("load", "steps=5")
    window.action("start")
    window.wait_status(40, "a run", state="finished", step=5)
    window.find("label", "How closely does training follow", 20)
    assert not shown(window), "Start is advised to who has pressed it"
    window.press(window.find("push button", "Take the Tour"))
    window.find("push button", "Next", 20)
    assert not shown(window)
    assert window.quit() == 0
    window = Window(desktop, GSETTINGS_BACKEND="keyfile")
    ready(window, SMALL)
    assert not shown(window), "it is told to who knows it"
    assert window.quit() == 0


@point
def steps_carry_their_time():
    """Once a run has shown what a step takes; nothing beneath moves"""
    window = Window(desktop)
    ready(window, SMALL)
    window.press(window.find("push button", "Fold data"))  # as the start would
    time.sleep(0.5)
    check = window.find("check box", "True labels")
    before = window.box(check).y
    assert not window.all("label", " here")
    window.action("start")
    window.wait_status(60, "a run", step=lambda k: k > 30)
    caption = window.find("label", " here", 20).get_name()
    assert re.search(r"steps to 1 %\n≈ (under 1|\d+) (s|min|h|d) here", caption), caption
    assert window.box(window.find("check box", "True labels")).y == before
    window.action("pause")
    window.wait_status(20, "the pause", state="paused")
    window.action("load", "m=300")  # what its steps take nobody knows yet
    window.wait(lambda: not window.all("label", " here"), 20, "no time of another network")
    assert window.quit() == 0


@point
def data_that_are_gone_at_the_start_leave_a_way_on():
    settings = "dataset=/nowhere/at/all classes=0,1 n=100"
    window = Window(desktop, GSETTINGS_BACKEND="keyfile")
    schema = "io.github.gramscope.Gramscope"
    window.quit()
    subprocess.run(["gsettings", "set", schema, "settings", settings], check=True, timeout=60,
                   env={**desktop.env, "GSETTINGS_BACKEND": "keyfile"})
    window = Window(desktop, GSETTINGS_BACKEND="keyfile")
    window.find("dialog", "The Data Cannot Be Used", 60)
    window.find("push button", "Open…")
    window.wait_status(60, "Glyphs", dataset="glyphs", n=lambda n: n > 0)
    window.xdo("key", "Escape")
    assert window.quit() == 0


@point
def bad_input_is_told_and_nothing_is_lost():
    window = Window(desktop)
    ready(window, SMALL)
    before = window.status()
    bad = desktop.path("home", "bad-images-idx3-ubyte")
    with open(bad, "wb") as file:
        file.write(b"\x00\x00\x08\x03\x00\x00\xff\xff\x00\x00\x00\x1c\x00\x00\x00\x1cabc")
    told = [("load", "n=banana", "Cannot Be Used"),
            ("load", f"dataset={bad}", "Cannot Be Used"),
            ("load", "dataset=/nowhere/at/all", "Cannot Be Used"),
            ("export", "/nowhere/at/all/figure.svg", "Not Exported"),
            ("export", desktop.path("home", "figure.bmp"), "Not Exported"),
            ("page", "nonsense", "No Such Page")]
    for action, parameter, heading in told:
        window.action(action, parameter)
        window.find("dialog", heading)
        window.xdo("key", "Escape")
        window.wait(lambda: not window.all("dialog", heading), 10, "the dialog to close")
        window.action("load", SMALL)
        window.wait_status(60, "the old data", stage="spectrum", n=200, dataset="glyphs")
    assert window.status()["complexity"] == before["complexity"]
    assert window.quit() == 0


try:
    point.main()
finally:
    desktop.close()
