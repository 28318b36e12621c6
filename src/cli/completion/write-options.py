"""write-options.py: shell completions and the manual page, from what the program's help says

SPDX-License-Identifier: MIT

write-options.py PROGRAM bash|zsh|fish|man [TEMPLATE] writes one of them to stdout. In the manual's
template the line @SETTINGS@ stands for the options that are settings, group by group, and the line
@FIGURES@ for the names of figures.
"""
import re
import subprocess
import sys


class Option:
    """One line of a command's help: -l, --long=ARGUMENT  text"""

    def __init__(self, letter, name, argument, text):
        self.letter, self.name, self.argument, self.text = letter, name, argument, text
        self.words = self.find_words()
        self.takes_file = argument is not None and re.search("FILE|PATH", argument) is not None
        self.takes_folder = argument == "DIR"

    def find_words(self):
        """The values it takes: an argument a|b, or a help that begins with them."""
        if self.argument is None:
            return []
        if re.fullmatch(r"[a-z0-9-]+(\|[a-z0-9-]+)+", self.argument):
            return self.argument.split("|")
        first = self.text.split(";")[0].removeprefix("of ").replace(" (default)", "")
        words = [word.replace("RHO", "") for word in first.split(", ")]
        if len(words) < 2 or not all(re.fullmatch(r"[a-z0-9:-]+", word) for word in words):
            return []
        usual = re.search(r"; default (\S+,\S+)$", self.text)
        return words + ([usual.group(1)] if usual else [])


class Command:
    def __init__(self, program, name, summary):
        self.name, self.summary = name, summary
        self.groups = {}
        text = read_help(program, name)
        group = None
        for line in text.splitlines():
            if re.fullmatch(r"\S.*:", line):
                group = self.groups.setdefault(line[:-1], [])
            option = re.fullmatch(r"  (?:-(\w), )?--([a-z0-9-]+)(?:=(\S+))? +(.*)", line)
            if option:
                group.append(Option(*option.groups()))
        usage = text.splitlines()[1]
        names = re.search(r"NAME is one of\n(.*?)\.\n", text, re.DOTALL)
        self.names = " ".join(names.group(1).split()) if names else ""
        self.words = re.findall(r"[a-z0-9-]+", self.names)
        if "|" in usage:
            self.words = re.findall(r"\b[a-z]+\b", usage.split("[OPTION…]")[1])

    def options(self):
        return [option for group in self.groups.values() for option in group]


def read_help(program, *words):
    return subprocess.run([program, *words, "--help"], capture_output=True, check=True,
                          encoding="utf-8").stdout


def read_commands(program):
    text = read_help(program).split("Commands:\n")[1].split("\n\n")[0]
    return [Command(program, *re.fullmatch(r"  (\S+) +(.*)", line).groups())
            for line in text.splitlines()]


def header(shell):
    return f"# {shell} completion for gramscope-cli\n#\n# SPDX-License-Identifier: MIT\n"


# ---------- bash ----------------------------------------------------------------------------------

def bash_value(option):
    """What follows an option, as commands that fill COMPREPLY; None when anything may."""
    parts = []
    if option.words:
        parts.append(f"compgen -W '{' '.join(option.words)}' -- \"$current\"")
    if option.takes_file:
        parts.append('compgen -f -- "$current"')
    if option.takes_folder:
        parts.append('compgen -d -- "$current"')
    return f"mapfile -t COMPREPLY < <({'; '.join(parts)})" if parts else None


def bash(commands):
    values, cases = {}, []
    for command in commands:
        names = []
        for option in command.options():
            names += [f"--{option.name}"] + ([f"-{option.letter}"] if option.letter else [])
            if bash_value(option):
                values.setdefault(bash_value(option), []).append(
                    f"'{command.name} --{option.name}'")
        cases.append(f"    {command.name}) words='{' '.join(names + command.words)}' ;;")
    value_cases = [f"    {' | '.join(where)})\n      {fill}\n      return ;;"
                   for fill, where in values.items()]
    names = " ".join(command.name for command in commands)
    return "\n".join([
        header("bash"), "_gramscope_cli () {",
        "  local current=$2 previous=$3 command=${COMP_WORDS[1]} words=''", "",
        '  if [ "$COMP_CWORD" = 1 ]; then',
        f"    mapfile -t COMPREPLY < <(compgen -W '{names} --help --version' -- \"$current\")",
        "    return", "  fi", '  case "$command $previous" in', *value_cases, "  esac",
        "  case $command in", *cases, "  esac",
        '  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")', "}",
        "complete -o filenames -F _gramscope_cli gramscope-cli"])


# ---------- zsh -----------------------------------------------------------------------------------

def zsh_quote(text):
    return re.sub(r"([\[\]:])", r"\\\1", text).replace("'", "'\\''")


def zsh_value(option):
    words = " ".join(zsh_quote(word) for word in option.words)
    if words and option.takes_file:
        return f'_alternative "names:name:({words})" "files:file:_files"'
    if words:
        return f"({words})"
    return "_files" if option.takes_file else "_directories" if option.takes_folder else ""


def zsh_option(option):
    names = f"{{-{option.letter},--{option.name}}}" if option.letter else f"--{option.name}"
    value = "" if option.argument is None else (
        f":{zsh_quote(option.argument)}:{zsh_value(option)}")
    return f"{names}'[{zsh_quote(option.text)}]{value}'"


def zsh(commands):
    lines = ["#compdef gramscope-cli", header("zsh"), "local -a commands", "commands=("]
    lines += [f"  '{command.name}:{zsh_quote(command.summary)}'" for command in commands]
    lines += [")", "if (( CURRENT == 2 )); then", "  _describe command commands",
              "  _arguments '--help[the commands]' '--version[the version]'", "  return", "fi",
              "local command=$words[2]", "shift words", "(( CURRENT-- ))", "case $command in"]
    for command in commands:
        specs = [zsh_option(option) for option in command.options()]
        if command.words:
            specs += [f"'1:word:({' '.join(command.words)})'", "'*:name or path:_files'"]
        lines.append(f"  {command.name}) _arguments " + " \\\n    ".join(specs) + " ;;")
    return "\n".join([*lines, "esac"])


# ---------- fish ----------------------------------------------------------------------------------

def fish_quote(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish_value(option):
    if option.takes_folder:
        return "-ra '(__fish_complete_directories)'"
    words = f" -a {fish_quote(' '.join(option.words))}" if option.words else ""
    return "" if option.argument is None else ("-rF" if option.takes_file else "-x") + words


def fish(commands):
    lines = [header("fish"), "complete -c gramscope-cli -f"]
    lines += [f"complete -c gramscope-cli -n __fish_use_subcommand -a {command.name} "
              f"-d {fish_quote(command.summary)}" for command in commands]
    lines.append("complete -c gramscope-cli -n __fish_use_subcommand -l version -d 'the version'")
    places = {}
    for command in commands:
        for option in command.options():
            letter = f" -s {option.letter}" if option.letter else ""
            spec = f"-l {option.name}{letter} {fish_value(option)} -d {fish_quote(option.text)}"
            places.setdefault(spec, []).append(command.name)
        if command.words:
            places[f"-xa {fish_quote(' '.join(command.words))}"] = [command.name]
    lines += [f"complete -c gramscope-cli -n '__fish_seen_subcommand_from {' '.join(names)}' {spec}"
              for spec, names in places.items()]
    return "\n".join(lines)


# ---------- the manual page -----------------------------------------------------------------------

def roff(text):
    """As troff reads it: no line begins with a dot, a minus is one, the rest of Unicode by name."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"[^\x00-\x7f]", lambda found: f"\\[u{ord(found.group()):04X}]", text)
    return "\\&" + text if text[:1] in (".", "'") else text


def man(commands, template):
    groups = {}
    figures = "".join(command.names for command in commands if command.name == "figure")
    for command in commands:
        for title, options in command.groups.items():
            if options and title not in ("Options", "Application Options"):
                groups.setdefault(title, {}).update({option.name: option for option in options})
    lines = []
    for title, options in groups.items():
        lines.append(f".SS {title}")
        for option in options.values():
            letter = f"\\-{option.letter} \", \" " if option.letter else ""
            lines += [".TP", f".BR {letter}\"\\-\\-{roff(option.name)}\" "
                             f"\" \\fI{roff(option.argument)}\\fP\"", roff(option.text)]
    with open(template, encoding="utf-8") as file:
        text = file.read().rstrip("\n")
    return text.replace("@SETTINGS@", "\n".join(lines)).replace(
        "@FIGURES@", re.sub(r"\w+", r"\\fB\g<0>\\fP", figures))


def main():
    program, kind = sys.argv[1:3]
    writers = {"bash": bash, "zsh": zsh, "fish": fish, "man": man}
    sys.stdout.reconfigure(encoding="utf-8")
    print(writers[kind](read_commands(program), *sys.argv[3:]))


main()
