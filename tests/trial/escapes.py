"""Attempts to get out of the sandbox, or past the tracer: each a small Python program that says ESCAPED when it can.

The same program runs inside a trial and outside, in a setup of the test's own, where it must
succeed: an attempt that works nowhere shows nothing. `w` holds what the test has set up.
"""

from __future__ import annotations

from dataclasses import dataclass

PRELUDE = """
import ctypes, errno, json, mmap, os, signal, socket, struct, subprocess, sys, time
w = json.loads(sys.argv[1])
w["secret"] = w["secret"][::-1]  # not as it stands on our own command line
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
def escaped(when=True):
    if when:
        print("ESCAPED", flush=True)
def reads(path):
    with open(path, "rb") as f:
        return w["secret"].encode() in f.read(1 << 20)
def talks(family, kind, address, first=b"hello"):
    s = socket.socket(family, kind)
    s.settimeout(1.5)
    s.connect(address)
    s.send(first)
    return w["secret"].encode() in s.recv(4096)
def pids():
    return [int(n) for n in os.listdir("/proc") if n.isdigit() and int(n) != os.getpid()]
"""


@dataclass(frozen=True, slots=True)
class Escape:
    """An attempt. `outside` is how it is started outside: plainly, as root of namespaces of its own, under a tracer."""

    name: str
    code: str
    outside: str = "plain"  # "plain", "own" (unshare: user, net, pid, mount), "traced" (strace of our own), "terminal"


ESCAPES = (
    # The network
    Escape("loopback-of-the-host", "escaped(talks(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', w['tcp'])))"),
    Escape("address-of-the-host", "escaped(talks(socket.AF_INET, socket.SOCK_STREAM, (w['address'], w['tcp'])))"),
    Escape("udp-to-the-host", "escaped(talks(socket.AF_INET, socket.SOCK_DGRAM, (w['address'], w['udp'])))"),
    Escape("udp-loopback", "escaped(talks(socket.AF_INET, socket.SOCK_DGRAM, ('127.0.0.1', w['udp'])))"),
    Escape("ipv6-loopback", "escaped(talks(socket.AF_INET6, socket.SOCK_STREAM, ('::1', w['tcp6'])))"),
    Escape("abstract-socket", "escaped(talks(socket.AF_UNIX, socket.SOCK_STREAM, '\\0' + w['abstract']))"),
    Escape("unix-socket-in-run", "escaped(talks(socket.AF_UNIX, socket.SOCK_STREAM, w['run_socket']))"),
    Escape("unix-socket-in-tmp", "escaped(talks(socket.AF_UNIX, socket.SOCK_STREAM, w['tmp_socket']))"),
    Escape("vsock", "socket.socket(40, socket.SOCK_STREAM); escaped()"),
    Escape("packet-socket", "socket.socket(17, socket.SOCK_RAW, 0x0300); escaped()", "own"),
    Escape("raw-socket", "socket.socket(socket.AF_INET, socket.SOCK_RAW, 6); escaped()", "own"),
    Escape(
        "rules-of-the-sinkhole",
        "escaped(subprocess.run(['/usr/sbin/nft', 'add', 'table', 'ip', 'mine'], capture_output=True).returncode == 0)",
        "own",
    ),
    Escape(
        "routes-of-the-sinkhole",
        "n = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0); n.bind((0, 0))\n"
        "n.send(struct.pack('IHHII', 32, 16, 5, 1, 0) + struct.pack('BxHiII', 0, 0, 1, 1, 1))\n"
        "escaped(struct.unpack_from('i', n.recv(4096), 16)[0] == 0)",
        "own",
    ),
    # Files and secrets
    Escape("file-of-the-host-read", "escaped(reads(w['file']))"),
    Escape("file-of-the-host-written", "open(w['file'], 'a').write('x'); escaped()"),
    Escape("host-tmp-listed", "escaped(os.path.basename(w['folder']) in os.listdir('/tmp'))"),
    Escape("home-of-the-auditor", "escaped(reads(os.path.join(w['home'], 'secret')))"),
    Escape("shared-memory-file", "escaped(reads(w['shm_file']))"),
    Escape("environment", "escaped(w['secret'] in os.environ.get('ESCAPE_SECRET', ''))"),
    Escape(
        "environment-of-others",
        "for pid in pids():\n    try:\n        escaped(reads(f'/proc/{pid}/environ'))\n"
        "    except OSError:\n        pass",
    ),
    Escape(
        "command-lines-of-others",
        "for pid in pids():\n    try:\n        escaped(reads(f'/proc/{pid}/cmdline'))\n"
        "    except OSError:\n        pass",
    ),
    Escape("root-of-another-process", "escaped(reads(f\"/proc/{w['victim']}/root{w['file']}\"))"),
    Escape(
        "descriptor-left-open",
        "for number in range(3, 256):\n    try:\n        os.lseek(number, 0, 0)\n"
        "        escaped(w['secret'].encode() in os.read(number, 4096))\n    except OSError:\n        pass",
        "inherited",
    ),
    Escape(
        "key-of-the-session",
        "key = libc.syscall(250, 10, -3, b'user', w['key'].encode(), 0)\n"
        "buffer = ctypes.create_string_buffer(256)\nlibc.syscall(250, 11, key, buffer, 256)\n"
        "escaped(w['secret'].encode() in buffer.raw)",
    ),
    Escape(
        "shared-segment",
        "libc.shmat.restype = ctypes.c_void_p\nnumber = libc.shmget(w['shm_key'], 0, 0)\n"
        "at = libc.shmat(number, None, 0o10000) if number >= 0 else None\n"
        "escaped(at is not None and w['secret'].encode() in ctypes.string_at(at, 256))",
    ),
    Escape("symlink-in-the-directory", "escaped(reads('link'))"),
    Escape("symlink-to-a-folder", "escaped(reads('folder/secret'))"),
    Escape("hard-link-written", "open('hard', 'a').write('more'); escaped(os.stat('hard').st_nlink > 1)"),
    Escape(
        "devices", "escaped(any(os.path.exists(f'/dev/{n}') for n in ('kmsg', 'mem', 'vda', 'kvm', 'fuse', 'sda')))"
    ),
    Escape("control-groups", "escaped(bool(os.listdir('/sys/fs/cgroup')))"),
    Escape("kernel-settings", "open('/proc/sys/net/ipv4/ip_forward', 'r+').write('1'); escaped()", "own"),
    # Processes
    Escape("signal-to-the-outside", "os.kill(w['victim'], 0); escaped()"),
    Escape("ptrace-of-the-outside", "escaped(libc.ptrace(16, w['victim'], None, None) == 0)"),
    Escape(
        "memory-of-the-outside",
        "buffer = ctypes.create_string_buffer(8)\nhere = struct.pack('QQ', ctypes.addressof(buffer), 8)\n"
        "text = open(f\"/proc/{w['victim']}/maps\").readline().split('-')[0]\n"
        "there = struct.pack('QQ', int(text, 16), 8)\n"
        "escaped(libc.process_vm_readv(w['victim'], here, 1, there, 1, 0) == 8)",
    ),
    Escape(
        "namespace-of-the-outside",
        "fd = os.open(f\"/proc/{w['victim']}/ns/net\", os.O_RDONLY)\nescaped(libc.setns(fd, 0) == 0)",
    ),
    Escape("mount", "escaped(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0)", "own"),
    Escape("remount-writable", "escaped(libc.mount(b'none', b'/', None, 0x20 | 0x1000, None) == 0)", "own"),
    Escape("nested-user-namespace", "escaped(libc.unshare(0x10000000) == 0)"),
    Escape("nested-network-namespace", "escaped(libc.unshare(0x40000000) == 0)", "own"),
    Escape(
        "clone-new-user-namespace",
        "pid = libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)\nif pid == 0:\n    os._exit(0)\nescaped(pid > 0)",
    ),
    Escape("chroot", "os.chroot('/tmp'); escaped()", "own"),
    Escape("host-name", "socket.sethostname('mine'); escaped()", "own"),
    Escape("capabilities", "escaped('CapBnd:\\t0000000000000000' not in open('/proc/self/status').read())"),
    Escape("privileges-to-gain", "escaped(libc.prctl(39, 0, 0, 0, 0) == 0)"),
    Escape("system-files-written", "open('/usr/share/escape', 'w').close(); escaped()", "writable"),
    # The tracer
    Escape(
        "clone-untraced",
        "pid = libc.syscall(56, 0x00800000 | 17, 0, 0, 0, 0)\n"
        "if pid == 0:\n    fd = libc.socket(2, 2, 0)\n"
        "    to = struct.pack('=H2s4s8x', 2, b'\\0\\x09', b'\\x7f\\0\\0\\1')\n"
        "    os._exit(0 if libc.connect(fd, to, 16) == 0 else 1)\n"
        "escaped(pid > 0 and os.waitpid(pid, 0)[1] == 0)",
    ),
    Escape(
        "tracer-killed",
        "tracer = int(open('/proc/self/status').read().split('TracerPid:')[1].split()[0])\n"
        "if tracer:\n    os.kill(tracer, 9)\n    escaped()",
        "traced",
    ),
    Escape(
        "log-forged",
        "for number in range(3, 1024):\n    try:\n        os.write(number, w['forged'].encode())\n        escaped()\n"
        "    except OSError:\n        pass",
        "traced",
    ),
    Escape("io-uring", "p = ctypes.create_string_buffer(256); escaped(libc.syscall(425, 4, p) >= 0)"),
    Escape("bpf", "escaped(libc.syscall(321, 0, 0, 0) != -1 or ctypes.get_errno() != errno.ENOSYS)"),
    Escape("handles", "escaped(libc.syscall(304, -1, 0, 0) != -1 or ctypes.get_errno() != errno.ENOSYS)"),
    # Limits
    Escape(
        "fork-bomb",
        "children = []\ntry:\n    while len(children) < 300:\n        pid = os.fork()\n"
        "        if pid == 0:\n            time.sleep(60)\n            os._exit(0)\n        children.append(pid)\n"
        "except OSError:\n    pass\nfor pid in children:\n    os.kill(pid, 9)\nescaped(len(children) >= 300)",
    ),
    Escape("address-space", "mmap.mmap(-1, 6 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000); escaped()"),
    Escape(
        "disk-filled",
        "for part in range(5):\n    with open(f'big{part}', 'wb') as f:\n        for _ in range(50):\n"
        "            f.write(b'x' * (1 << 20))\nescaped()",
    ),
    Escape("large-file", "f = open('large', 'wb')\nfor _ in range(80):\n    f.write(b'x' * (1 << 20))\nescaped()"),
    Escape("many-descriptors", "files = [open('/dev/null') for _ in range(900)]; escaped()"),
    Escape("terminal", "os.write(os.open('/dev/tty', os.O_RDWR), b'x'); escaped()", "terminal"),
)
