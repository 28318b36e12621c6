# served.py: a program that answers a line with a line, and is not waited for without end
#
# SPDX-License-Identifier: MIT
"""What the comparisons ask the benchmark programs with."""

import os
import subprocess
import sys
import threading

LIMIT = 1800  # seconds for one answer: the largest problems take minutes


class Served:
    def __init__(self, command):
        """Starts it; self.first has the words that it says then."""
        self.name = os.path.basename(command[0])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.first = self.words()

    def words(self):
        """The words of its next line; the end of this program when there is none in time."""
        watch = threading.Timer(LIMIT, self.process.kill)
        watch.start()
        words = self.process.stdout.readline().split()
        watch.cancel()
        if not words:
            sys.exit(f"{self.name} has ended, or had no answer within {LIMIT} s")
        return words

    def ask(self, line):
        """The numbers that it answers."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return [float(word) for word in self.words()]

    def close(self):
        self.process.stdin.write("quit\n")
        self.process.stdin.close()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            sys.exit(f"{self.name} does not end")
