"""The lines of a gpio-sim chip as sysfs shows them to whoever plays the world outside, and the watch over those that the daemon drives."""

import os
import time

CONFIGURATION = "/sys/kernel/config/gpio-sim/board"
DUTY = "/sys/class/pwm/pwmchip0/pwm0"
PERIOD = 0.01


class Lines:
    def __init__(self, label, names, watched):
        self.watched = watched
        self.is_holding = False
        bank = f"{CONFIGURATION}/bank0"
        os.makedirs(bank)
        write(f"{bank}/num_lines", len(names))
        write(f"{bank}/label", label)
        for offset, name in enumerate(names):
            os.mkdir(f"{bank}/line{offset}")
            write(f"{bank}/line{offset}/name", name)
        write(f"{CONFIGURATION}/live", 1)
        device, chip = read(f"{CONFIGURATION}/dev_name"), read(f"{bank}/chip_name")
        self.folders = {name: f"/sys/devices/platform/{device}/{chip}/sim_gpio{offset}" for offset, name in enumerate(names)}
        self.values = {name: os.open(f"{folder}/value", os.O_RDONLY) for name, folder in self.folders.items()}

    def pull(self, name, up):
        """What the world outside does to an input, and what a line stands at while no process holds it."""
        write(f"{self.folders[name]}/pull", "pull-up" if up else "pull-down")

    def hold(self, on):
        """Whether the watched lines keep their level when their process dies, as the pins of many chips do, or drop."""
        self.is_holding = on
        for name in self.watched:
            self.pull(name, on and self.value(name))

    def value(self, name):
        return os.pread(self.values[name], 2, 0) == b"1\n"


def watch(lines, say):
    """Reports each change of the watched lines, and of the control pilot's duty (None: no PWM)."""
    # sysfs tells nobody of a change here, so this is a poll.
    known, duty = {}, 0
    while True:
        for name in lines.watched:
            value = lines.value(name)
            if known.get(name) != value:
                known[name] = value
                if lines.is_holding:
                    lines.pull(name, value)
                say(event="line", line=name, value=value)
        if (now := pilot_duty()) != duty:
            duty = now
            say(event="duty", duty=duty)
        time.sleep(PERIOD)


def pilot_duty():
    try:
        if read(f"{DUTY}/enable") == "0":
            return None
        return int(read(f"{DUTY}/duty_cycle")) / int(read(f"{DUTY}/period"))
    except (OSError, ZeroDivisionError):
        return None


def read(path):
    with open(path) as file:
        return file.read().strip()


def write(path, value):
    with open(path, "w") as file:
        file.write(str(value))
