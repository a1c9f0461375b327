"""Turns the directives of a service unit into a plan for sandbox.c: sandbox_plan.py UNIT PLAN

Every directive of [Service] must be known here, so that the unit and the sandbox of the tests cannot
drift apart. Names of system calls are expanded as the installed systemd does.
"""
import subprocess
import sys

# Whatever the manager does that shuts nothing in, or needs control groups or users of its own.
MANAGER = {"Type", "NotifyAccess", "ExecStart", "ExecReload", "Restart", "WatchdogSec",
           "TimeoutStopSec", "DynamicUser", "TasksMax", "MemoryMax", "RemoveIPC", "KeyringMode"}
# The same to the sandbox: one recursive read-only mount, one namespace without devices.
SWITCHES = {
    "NoNewPrivileges": "no-new-privileges",
    "ProtectSystem": "read-only",
    "ProtectKernelTunables": "read-only",
    "ProtectControlGroups": "read-only",
    "PrivateTmp": "read-only",
    "PrivateMounts": "private-mounts",
    "ProtectHome": "hide-homes",
    "PrivateDevices": "hide-devices",
    "ProtectProc": "own-proc",
    "ProcSubset": "own-proc",
    "PrivateNetwork": "private-network",
    "IPAddressDeny": "private-network",
    "PrivateIPC": "private-ipc",
    "ProtectHostname": "private-hostname",
    "MemoryDenyWriteExecute": "no-write-execute",
    "RestrictNamespaces": "no-namespaces",
    "RestrictRealtime": "no-realtime",
    "RestrictSUIDSGID": "no-set-id",
    "LockPersonality": "lock-personality",
}
# What the list of system calls leaves out, and is to be left out.
WITHOUT_CALLS = {
    "ProtectClock": {"clock_settime", "settimeofday", "adjtimex"},
    "ProtectKernelLogs": {"syslog"},
    "ProtectKernelModules": {"init_module", "finit_module", "delete_module"},
}
VALUES = {"ProtectSystem": "strict", "ProtectProc": "invisible", "ProcSubset": "pid",
          "IPAddressDeny": "any"}
LIMITS = {"LimitCORE": "core", "LimitNOFILE": "nofile"}
EMPTY = {"CapabilityBoundingSet": "no-capabilities", "AmbientCapabilities": "no-capabilities"}


def expand(name):
    """The system calls of a set, or the one of that name."""
    if not name.startswith("@"):
        return {name}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True,
                            capture_output=True, text=True).stdout.split("\n")[1:]
    words = {line.strip() for line in listed}
    return set().union(*(expand(word) for word in words if word and word[0] != "#"))


def directives(path):
    section = None
    with open(path, encoding="utf-8") as file:
        for line in map(str.strip, file):
            if line.startswith("["):
                section = line
            elif section == "[Service]" and line and line[0] not in "#;":
                yield line.split("=", 1)


def plan(unit):
    lines, allowed, denied = [], set(), set()
    for key, value in unit:
        if key in SWITCHES and value == VALUES.get(key, "yes"):
            lines.append(SWITCHES[key])
        elif key in WITHOUT_CALLS and value == "yes":
            denied |= WITHOUT_CALLS[key]
        elif key in EMPTY and value == "":
            lines.append(EMPTY[key])
        elif key in LIMITS:
            lines.append(f"limit-{LIMITS[key]} {value}")
        elif key == "UMask":
            lines.append(f"umask {value}")
        elif key == "Environment":
            lines.append(f"environment {value}")
        elif key == "RestrictAddressFamilies" and value == "AF_UNIX":
            lines.append("unix-sockets-only")
        elif key == "SystemCallArchitectures" and value == "native":
            lines.append("native-calls-only")
        elif key == "SystemCallErrorNumber" and value == "EPERM":
            lines.append("refuse-with-eperm")
        elif key == "SystemCallFilter":
            calls = set().union(*(expand(name) for name in value.lstrip("~").split()))
            if value.startswith("~"):
                allowed -= calls
            else:
                allowed |= calls | expand("@default")
        elif key not in MANAGER:
            sys.exit(f"{key}={value} is not known to the sandbox of the tests")
    if allowed & denied:
        sys.exit(f"allowed, but not to be: {sorted(allowed & denied)}")
    return [*dict.fromkeys(lines), *(f"call {name}" for name in sorted(allowed))]


with open(sys.argv[2], "w", encoding="utf-8") as out:
    out.write("\n".join(plan(directives(sys.argv[1]))) + "\n")
