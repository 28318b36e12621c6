# test_translations.py: every catalogue is complete, valid and of today's strings
#
# SPDX-License-Identifier: MIT
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.environ["GRAM_TEST_SRCDIR"]
PO = os.path.join(ROOT, "po")


def entries(path):
    """msgid → (msgstr, fuzzy) of a catalogue, by gettext's own tools."""
    text = subprocess.run(["msgcat", "--no-wrap", "--no-location", path], check=True,
                          capture_output=True, text=True, encoding="utf-8", timeout=60).stdout
    found = {}
    for block in text.split("\n\n"):
        lines = block.split("\n")
        parts, mode = {"msgid": "", "msgstr": ""}, None
        for line in lines:
            match = re.match(r'(msgid|msgstr) (".*")$', line)
            if match:
                mode, line = match.groups()
            if mode and line.startswith('"'):
                parts[mode] += line[1:-1]
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
        if parts["msgid"]:
            found[parts["msgid"]] = (parts["msgstr"], fuzzy)
    return found


def template(folder):
    """Today's strings of the sources that are named in POTFILES.in."""
    names = [line.strip() for line in open(os.path.join(PO, "POTFILES.in"), encoding="utf-8")
             if line.strip() and not line.startswith("#")]
    pot = os.path.join(folder, "gramscope.pot")
    env = dict(os.environ, GETTEXTDATADIRS="/usr/share/gettext")
    subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "-o", pot,
                    *names], cwd=ROOT, check=True, env=env, stderr=subprocess.DEVNULL,
                   timeout=120)
    return entries(pot)


def main():
    for tool in ("msgfmt", "msgcat", "xgettext"):
        if shutil.which(tool) is None:
            print(f"1..0 # SKIP {tool} is not installed")
            return 0
    languages = open(os.path.join(PO, "LINGUAS")).read().split()
    wanted = {"de", "es", "fr", "ja", "zh_CN"}
    print(f"1..{len(wanted) + 1}")
    failed = 0
    good = wanted <= set(languages)
    failed += not good
    print(f"{'ok' if good else 'not ok'} 1 - all languages are in LINGUAS")
    with tempfile.TemporaryDirectory() as folder:
        source = template(folder)
        assert len(source) > 250, "the sources have far more strings than that"
        for number, language in enumerate(sorted(wanted), 2):
            path = os.path.join(PO, language + ".po")
            checked = subprocess.run(["msgfmt", "-c", "-o", os.devnull, path],
                                     capture_output=True, text=True, timeout=60)
            catalogue = entries(path)
            bad = [m for m in source if not catalogue.get(m, ("", False))[0]
                   or catalogue[m][1]]
            for message in bad[:20]:
                print(f"# {language} lacks: {message[:90]}")
            for line in checked.stderr.splitlines():
                print("#", line)
            good = not bad and checked.returncode == 0
            failed += not good
            print(f"{'ok' if good else 'not ok'} {number} - {language}: {len(source)} strings")
    return 1 if failed else 0


sys.exit(main())
