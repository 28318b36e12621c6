# test_jobs.py: the list of what runs: what, how far, how long still, and a way to end each
#
# SPDX-License-Identifier: MIT
from harness import Desktop, Tap, Window, need, ready

point = Tap()
need()
desktop = Desktop()


def rows(window):
    """Of the list, in their order; it has to be open."""
    lists = window.all("list", "What runs")
    return window.all("list item", root=lists[0]) if lists else []


def names(window):
    return [row.get_name() for row in rows(window)]


def open_list(window):
    window.xdo("key", "ctrl+j")


def shut_list(window):
    window.xdo("key", "Escape")
    window.wait(lambda: not window.all("list", "What runs", showing=True), 10, "no list")


def wait_names(window, *wanted):
    window.wait(lambda: names(window) == list(wanted), 30, f"the rows {wanted}")


@point
def a_run_and_a_sweep_stand_in_it_and_end_by_it():
    window = Window(desktop)
    ready(window, "dataset=glyphs n=80 test-samples=40 m=64 eta=0.02 threads=1 labels=true")
    open_list(window)
    window.find("label", "Nothing is being computed or downloaded.")
    shut_list(window)
    window.action("page", "generalization")
    window.press(window.find("push button", "Sweep"))
    window.find("label", "Ready · Sweep", 30)
    open_list(window)
    wait_names(window, "Sweep")
    window.action("start")
    wait_names(window, "Training", "Sweep")
    run, sweep = rows(window)
    window.wait(lambda: window.all("label", "steps/s", root=run), 30, "how fast it trains")
    window.wait(lambda: window.all("label", "waits for the run", root=sweep), 30, "its turn")
    assert all(window.all("progress bar", root=row) for row in (run, sweep))
    window.shot("jobs")
    # the keyboard comes to the first button, which pauses the run: nothing is lost by the list
    shut_list(window)
    open_list(window)
    wait_names(window, "Training", "Sweep")
    window.xdo("key", "space")
    window.wait_status(30, "the pause", state="paused", step=lambda k: k > 0)
    wait_names(window, "Sweep")
    window.wait(lambda: window.all("label", " networks", root=rows(window)[0]), 60,
                "how far it is")
    window.press(window.find("push button", "Cancel: Sweep"))
    window.find("label", "Nothing is being computed or downloaded.", 60)
    wait_names(window)
    shut_list(window)
    assert window.all("push button", "Sweep") or window.all("push button", "Resume (")
    assert window.quit() == 0


@point
def an_analysis_is_stopped_and_goes_on():
    window = Window(desktop)
    ready(window, "dataset=glyphs n=100 test-samples=40 m=64 eta=0.02 labels=true")
    window.action("load", "n=5000 test-samples=40")
    open_list(window)
    window.press(window.find("push button", "Cancel: Analysis", 60))
    window.find("push button", "Continue: Analysis", 120)
    row = rows(window)[0]
    assert window.all("label", "Stopped", root=row), "what became of it"
    assert not window.all("dialog"), "it was asked for"
    assert window.status()["stage"] != "spectrum", "it was over already"
    # what needs none of it trains, what needs it has it go on
    window.action("load", "steps=2")
    window.action("start")
    window.wait_status(60, "the run", state="finished", step=2)
    assert window.find("push button", "Continue: Analysis")
    window.press(window.find("push button", "Continue: Analysis"))
    window.find("push button", "Cancel: Analysis", 60)
    window.wait(lambda: any(window.all("label", " left", root=row) for row in rows(window)), 60,
                "how long still")
    window.press(window.find("push button", "Cancel: Analysis"))
    window.find("push button", "Continue: Analysis", 120)
    window.action("load", "n=100 labels=true,worst")
    window.wait_status(60, "another analysis", n=100, stage="spectrum")
    wait_names(window)
    assert window.quit() == 0


@point
def a_study_is_none_of_the_pages_alone():
    window = Window(desktop)
    ready(window, "dataset=glyphs n=80 test-samples=40 m=64 eta=0.02 labels=true steps=200000")
    window.action("page", "compare")
    window.find("push button", "Vary…")
    window.press(window.all("push button", "Vary…")[-1])  # the button in the menu button
    window.press(window.find("push button", "Start Study"))
    window.action("page", "samples")
    window.find("label", "Ready · Study", 60)
    open_list(window)
    wait_names(window, "Study")
    window.press(window.find("push button", "Cancel: Study"))
    wait_names(window)
    window.wait(lambda: not window.all("label", " · Study"), 10, "its end")
    assert window.quit() == 0


try:
    point.main()
finally:
    desktop.close()
