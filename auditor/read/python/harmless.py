"""The closed lists by which a Python script is cleared: what may be imported, and what may not be named.

Data only. A module is whole (nothing in it has an effect, but for the names denied below), or open
for some names; a module on no list clears no script. `LIBRARIES` do things (they draw windows, they
read data) that no rule reads: the interpreter finds no effect in them either.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WHOLE: Final = _words(
    "__future__ abc argparse array base64 binascii bisect calendar cmath collections collections.abc colorsys "
    "concurrent.futures contextlib contextvars copy csv dataclasses datetime decimal difflib enum errno fnmatch "
    "fractions functools graphlib hashlib heapq hmac html ipaddress itertools json keyword logging math numbers "
    "operator os.path pathlib pprint queue random re reprlib secrets stat statistics string struct textwrap "
    "threading traceback typing types unicodedata urllib.parse warnings weakref zlib zoneinfo"
)

LIBRARIES: Final = _words(
    "PIL chex colorama cv2 einops flax gymnasium haiku jax matplotlib networkx numpy optax pandas pygame scipy "
    "seaborn shapely sklearn sympy tabulate termcolor tkinter torch torchvision tqdm turtle"
)

SOME: Final[dict[str, frozenset[str]]] = {
    "asyncio": _words(
        "run gather create_task Lock Queue Event Semaphore BoundedSemaphore Condition wait wait_for TimeoutError "
        "CancelledError as_completed iscoroutinefunction QueueEmpty QueueFull sleep"
    ),
    "concurrent": _words("futures"),
    "io": _words("StringIO BytesIO"),
    "multiprocessing": _words("Pool Process Queue Lock Value Array cpu_count freeze_support"),
    "os": _words("path sep linesep pathsep cpu_count name getcwd getpid listdir makedirs mkdir getenv"),
    "platform": _words("system machine node release version python_version platform processor"),
    "signal": _words("SIGINT SIGTERM"),
    "sys": _words(
        "argv exit stdout stderr stdin version version_info maxsize platform float_info byteorder getsizeof "
        "setrecursionlimit getrecursionlimit"
    ),
    "time": _words(
        "time time_ns perf_counter perf_counter_ns monotonic process_time strftime strptime localtime gmtime ctime "
        "mktime struct_time sleep"
    ),
    "unittest": _words("TestCase main"),
    "urllib": _words("parse"),
    "uuid": _words("UUID uuid3 uuid4 uuid5 NAMESPACE_DNS NAMESPACE_URL"),
}
"""Modules that are named only before a dot, and only with these behind it."""

STARS: Final = _words(
    "math random itertools typing collections datetime dataclasses tkinter tkinter.ttk turtle pygame.locals"
)
"""Modules of which `import *` gives nothing but their own names."""

NAMES: Final = _words(
    "exec eval compile execfile globals locals vars open breakpoint delattr setattr getattr dir help "
    "get_ipython reload bltns builtins _stream"
)
"""Names that are not cleared; `getattr` is, called with a name that is written out, `open` as in `READ_MODES`."""

READ_MODES: Final = _words("r rt rb")
"""Modes of `open` that are cleared, of a path that is written out, below where the script runs."""

SPECIAL_NAMES: Final = _words("__name__ __file__ __doc__ __all__ __version__ __author__ __license__ __debug__")

SPECIAL_ATTRIBUTES: Final = _words(
    "__init__ __name__ __doc__ __class__ __version__ __qualname__ __len__ __str__ __repr__ __eq__ __ne__ __lt__ __le__ "
    "__gt__ __ge__ __hash__ __bool__ __int__ __float__ __index__ __complex__ __bytes__ __format__ __iter__ __next__ "
    "__reversed__ __contains__ __getitem__ __setitem__ __delitem__ __missing__ __call__ __enter__ __exit__ __aenter__ "
    "__aexit__ __aiter__ __anext__ __await__ __add__ __radd__ __iadd__ __sub__ __rsub__ __isub__ __mul__ __rmul__ "
    "__imul__ __truediv__ __rtruediv__ __itruediv__ __floordiv__ __rfloordiv__ __mod__ __rmod__ __divmod__ __pow__ "
    "__rpow__ __matmul__ __rmatmul__ __and__ __rand__ __or__ __ror__ __xor__ __rxor__ __lshift__ __rshift__ __neg__ "
    "__pos__ __abs__ __invert__ __round__ __floor__ __ceil__ __trunc__ __post_init__ __slots__ __copy__ __deepcopy__ "
    "__new__ __length_hint__ __sizeof__ __annotations__ __future__"
)

ATTRIBUTES: Final = _words(
    # modules, which other modules hold under these names, with underscores or without
    "_winapi asyncio atexit bdb bltns builtins bz2 cProfile codecs codeop concurrent ctypes curses dbm dis distutils "
    "ensurepip fcntl filecmp fileinput ftplib genericpath gettext glob gzip http imaplib imp importlib inspect io "
    "linecache loader locale lzma mailbox marshal mimetypes mmap msvcrt multiprocessing netrc nt ntpath optparse os "
    "pdb pickle pickletools pkgutil poplib posix posixpath posixsubprocess pty pydoc resource runpy sched selectors "
    "shelve shlex shutil signal site smtplib socket socketserver sqlite3 ssl subprocess sys sysconfig syslog tarfile "
    "telnetlib tempfile termios thread timeit tokenize tty unittest urllib uuid venv webbrowser winreg wsgiref xmlrpc "
    "zipapp zipfile zipimport flask jsonpickle sh six dill cloudpickle joblib cffi requests urllib3 httpx aiohttp "
    # ways to code, frames and names
    "modules exec open openpty popen popen2 popen3 Popen system spawn fork execv execve execvp execl execlp startfile "
    "getoutput getstatusoutput check_output check_call posix_spawn f_globals f_locals f_builtins f_back f_code "
    "tb_frame gi_frame gi_code cr_frame cr_code ag_frame ag_code func_globals getframe current_frames walk_stack "
    "attrgetter methodcaller "
    "update_wrapper evaluate_forward_ref "
    "getattr setattr eval_type evaluate ForwardRef get_type_hints singledispatch singledispatchmethod Formatter "
    "get_field FunctionType CodeType LambdaType ModuleType MethodType DynamicClassAttribute new_class "
    "resolve_bases get_original_bases pydoc resolve_name import_module find_spec load_module exec_module find_class "
    "loads_pickle read_pickle to_pickle environ environb putenv unsetenv settrace setprofile settrace_all_threads "
    "setprofile_all_threads displayhook excepthook meta_path path_hooks call_tracing addaudithook "
    # files
    "FileIO FileType FileHandler RotatingFileHandler handlers fileConfig dictConfig listen write_text "
    "write_bytes read_text read_bytes unlink rmdir touch chmod lchmod symlink_to hardlink_to link_to remove_file "
    "fdopen "
    # connections
    "get_loop create_connection create_server create_datagram_endpoint create_unix_connection create_unix_server "
    "connect_read_pipe connect_write_pipe sock_connect run_in_executor add_signal_handler urlopen urlretrieve "
    "_loop _writer _reader send_bytes recv_bytes "
    # in libraries: files that hold code, downloads, compilers, and expressions in strings
    "hub cpp_extension load_inline load_library load_url download_url model_zoo rpc distributed ctypeslib f2py "
    "testing DataSource CDLL cdll LoadLibrary numexpr query createcommand createfilehandler evalfile tk tkinter "
    "loadtk filedialog call pythonapi dlopen weave ccompiler sympify parse_expr sympy_parser lambdify collect_env "
    "download_and_extract_archive"
)
"""Attributes that are not cleared, whatever they are of; underscores around them do not count."""

OF_PATHS: Final = _words("rename replace copy move")
"""Attributes that are not cleared where `pathlib` is imported: of text they are harmless, of paths not."""

OF_LIBRARIES: Final = _words("load loads save dump eval package compile_package")
"""Attributes that are not cleared where a library is imported: what is loaded may hold code."""

KEYWORDS: Final = _words("assigned updated filename preexec_fn shell executable allow_pickle trust_remote_code")
"""Names of arguments that are not cleared."""
