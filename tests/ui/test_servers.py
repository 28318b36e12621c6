# test_servers.py: other machines that compute: added, tried, chosen, and named by files
#
# SPDX-License-Identifier: MIT
import configparser
import os
import shlex
import shutil
import socket
import subprocess
import time

from harness import (BUILD, SMALL, Absent, Desktop, Tap, Window, die_with_parent, need, ready)

point = Tap()
need()
desktop = Desktop()
CLI = os.environ.get("GRAMSCOPE_CLI") or os.path.join(BUILD, "src", "cli", "gramscope-cli")
ROW = 54  # pixels
INI = desktop.path("config", "gramscope", "servers.ini")


def servers():
    """What servers.ini says, a dictionary a name."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(INI)
    return {name: dict(parser[name]) for name in parser.sections()}


def write_servers(**commands):
    os.makedirs(os.path.dirname(INI), exist_ok=True)
    with open(INI, "w") as file:
        for name, command in commands.items():
            file.write(f"[{name}]\ncommand={command}\n")


def helper(before=""):
    words = [CLI, *"backend --device cpu --threads 1".split()]
    return shlex.join(["sh", "-c", f"{before} exec {shlex.join(words)}"])


def open_preferences(window):
    """The window of preferences, in the corner and with the keys."""
    window.action("preferences")
    found = window.wait(lambda: subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", "^Preferences$"], capture_output=True,
        text=True, env=desktop.env, timeout=60).stdout.split(), 20, "the preferences")[-1]
    window.xdo("windowmove", found, "0", "0", "windowsize", found, "640", "800", "windowfocus",
               found)
    time.sleep(0.5)
    return found


def add(window, text, name):
    """Types both into the rows below the one that adds a server."""
    place = window.box(window.find("label", "Add a Server"))
    x, y = str(place.x + 20), place.y + place.height // 2
    if window.box(window.find("label", "Exported Figures")).y - y < 2 * ROW:
        window.xdo("mousemove", x, str(y), "click", "1")
        time.sleep(0.8)  # it opens
    window.xdo("mousemove", x, str(y + ROW), "click", "1")
    for typed in (text, name):
        window.xdo("key", "ctrl+a", "key", "BackSpace", "type", "--delay", "2", typed)
        window.xdo("key", "Tab")
    window.shot("servers-add")
    window.press(window.find("push button", "Add"))


def says(window, text, seconds=20):
    window.wait(lambda: window.all("label", text), seconds, text)


def choose_lab(window):
    """By hand, the last of the list of the row “Device”."""
    row = window.find("combo box", "Device")
    for _ in range(40):  # further down in the panel, which glides on; beside what takes the wheel
        if window.box(row).y < 600:  # above where toasts stand
            break
        window.xdo("mousemove", "8", "400", "click", "5")
        time.sleep(0.2)
    window.still_box(row)
    for _ in range(10):  # the list may close again when the panel changes under it
        row = window.find("combo box", "Device")
        is_open = len(window.all("list item", root=row)) > 1
        if not is_open and window.all("label", "lab, connects when used", root=row):
            return
        if is_open:
            window.shot("servers-choose")
            window.xdo("key", "End", "key", "Return")
        else:
            window.click(row)
        time.sleep(0.9)
    raise AssertionError("the server cannot be chosen")


@point
def servers_are_added_tried_and_removed():
    window = Window(desktop)
    ready(window)
    open_preferences(window)
    add(window, "sh 'unfinished", "lab")
    says(window, "The command:")
    add(window, helper(), "")
    says(window, "A command needs a name")
    add(window, helper(), "lab")
    window.wait(lambda: servers() == {"lab": {"command": helper()}}, 20, "the command")
    add(window, "me@gpu1.invalid", "")
    window.wait(lambda: servers().get("me@gpu1.invalid") == {"host": "me@gpu1.invalid"}, 20, "it")
    add(window, "other.invalid", "lab")
    says(window, "There is a server “lab” already")
    window.press(window.find("push button", "Try whether lab answers"))
    says(window, "Gramscope 0", 40)
    said = window.all("label", "Gramscope 0")[0].get_name()
    assert " ms, " in said and said.endswith(" MB/s") and "lab" not in said, said
    window.shot("servers-tried")
    window.press(window.find("push button", "Remove me@gpu1.invalid"))
    window.wait(lambda: list(servers()) == ["lab"], 20, "one server less")
    window.press(window.find("push button", "Undo"))
    window.wait(lambda: list(servers()) == ["lab", "me@gpu1.invalid"], 20, "it again")
    assert window.quit() == 0


@point
def a_server_that_fails_says_why():
    write_servers(bad="sh -c 'echo gramscope-cli: not found >&2; exit 127'")
    window = Window(desktop)
    ready(window)
    open_preferences(window)
    window.press(window.find("push button", "Try whether bad answers"))
    says(window, "gramscope-cli: not found", 40)
    window.shot("servers-failed")
    assert window.quit() == 0


def train(command):
    """The last residuals of a run; with a command, of a server that is chosen by hand and connected
    when it is used."""
    connected = desktop.path("connected")
    write_servers(**{"lab": command} if command else {})
    window = Window(desktop)
    ready(window, SMALL + " steps=50")
    if command:
        assert not os.path.exists(connected), "connected before it was used"
        choose_lab(window)
        window.wait(lambda: os.path.exists(connected), 60, "a connection")
        os.remove(connected)
    window.action("start")
    status = window.wait_status(60, "the run", state="finished", step=50)
    if command:
        says(window, "lab: ")
        window.shot("servers-trained-" + command.split()[0])
    assert window.quit() == 0
    return [status["residual-true"], status["residual-random"]]


@point
def a_session_is_trained_through_a_helper():
    far = train(helper(f"touch {desktop.path('connected')};"))
    assert far == train(None), far


def start_ssh_server():
    """On this machine, for the test alone; the words with which ssh reaches it."""
    server = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if server is None or shutil.which("ssh-keygen") is None:
        raise Absent("the OpenSSH server is not installed")
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)  # it insists
    for key in ("host", "mine"):
        if not os.path.exists(desktop.path(key)):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", desktop.path(key)],
                           check=True, timeout=60)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with open(desktop.path("sshd_config"), "w") as file:
        file.write(f"""ListenAddress 127.0.0.1:{port}
HostKey {desktop.path("host")}
AuthorizedKeysFile {desktop.path("mine.pub")}
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
PidFile none
""")
    process = subprocess.Popen([server, "-D", "-e", "-f", desktop.path("sshd_config")],
                               stderr=open(desktop.path("sshd.log"), "w"),
                               preexec_fn=die_with_parent)
    words = ["ssh", "-T", "-F", "none", "-p", str(port), "-i", desktop.path("mine"), "-o",
             "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o",
             f"UserKnownHostsFile={desktop.path('known')}", "127.0.0.1"]
    for _ in range(100):
        if subprocess.run([*words, "true"], capture_output=True, timeout=60).returncode == 0:
            return process, shlex.join(words)
        time.sleep(0.1)
    with open(desktop.path("sshd.log")) as file:
        raise AssertionError("no way in: " + file.read())


@point
def a_session_is_trained_over_ssh():
    process, ssh = start_ssh_server()
    # of the environment nothing comes along
    command = shlex.quote(helper(f"touch {desktop.path('connected')};"))
    far = train(f"{ssh} {command}")
    process.kill()
    process.wait(timeout=60)
    assert far == train(None), far


@point
def a_file_never_connects():
    write_servers(lab=helper(f"touch {desktop.path('connected')};"))
    path = desktop.path("far.gramscope")
    subprocess.run([CLI, "train", "-n", "150", "--test-samples", "60", "--width", "128", "--eta",
                    "0.02", "--labels", "true", "--steps", "5", "--device", "remote:lab",
                    "--checkpoint", path], env={**os.environ, **desktop.env}, timeout=120,
                   check=True, stdout=subprocess.DEVNULL)
    os.remove(desktop.path("connected"))
    window = Window(desktop)
    ready(window)
    with desktop.toasts_stay():
        window.action("load", "device=remote:lab n=140")
        says(window, "Not connected to “remote:lab”")
    window.xdo("mousemove", "150", "20")
    window.wait(lambda: not window.all("label", "Not connected to"), 30, "the end of the toast")
    with desktop.toasts_stay():
        window.wait_status(60, "the images", n=140, stage="spectrum")
        window.action("open-session", path)
        says(window, "computed on “remote:lab”")
    window.wait_status(60, "the session", step=5, n=150)
    assert not os.path.exists(desktop.path("connected"))
    choose_lab(window)
    window.wait(lambda: os.path.exists(desktop.path("connected")), 30, "a connection")
    window.action("load", "n=140")  # which leaves the device as it was chosen
    window.wait_status(60, "the images", n=140, stage="spectrum")
    window.action("open-session", path)
    window.wait_status(60, "the session", step=5, n=150)
    row = window.find("combo box", "Device")
    assert window.all("label", "lab, connects when used", root=row), "the choice is gone"
    assert window.quit() == 0


point.main()
