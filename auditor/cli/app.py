"""The application: its commands, and what becomes of every way in which one can end.

Takes arguments, gives an exit code. An operator's mistake is one line and a hint, a failure of the
auditor says that no verdict was reached, an interrupt is 130; nothing ends in a traceback unless
AUDITOR_DEBUG is set.
"""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from typing import Annotated, cast

import typer

from auditor.cli.check import CHECK_HELP, check
from auditor.cli.corpus import corpus
from auditor.cli.correlate import CORRELATE_HELP, Many, correlate
from auditor.cli.doctor import doctor
from auditor.cli.effects import effects
from auditor.cli.gate import approve, serve
from auditor.cli.install import install
from auditor.cli.mcp import mcp
from auditor.cli.output import OutputClosedError, complain, drop_output
from auditor.cli.rules import rules
from auditor.cli.schema import schema
from auditor.cli.sections import Sections
from auditor.cli.trial import TRIAL_HELP, replay, trial
from auditor.errors import AuditorError, UsageError

INTERRUPTED = 130
CLOSED = 141
NO_VERDICT = 3
# typer brings its own copy of click in some versions and the real one in others; its public error leads to the base.
_ClickException = cast("type[Exception]", typer.BadParameter.__mro__[2])

# A paragraph that begins with a backspace keeps its lines.
HELP = """Audit scripts that AI agents write, before they run.

\b
auditor check setup.sh && sh setup.sh    run it only when nothing speaks against it
auditor check src/ --format sarif        a whole tree, for code scanning
agent | auditor check - --language bash  what comes on standard input
auditor effects setup.sh                 what it does, without a judgement
auditor trial setup.sh                   run it in a sandbox, and see what it does
"""

app = typer.Typer(
    name="auditor",
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command(help=CHECK_HELP, cls=Sections)(check)
app.command(help=TRIAL_HELP, cls=Sections)(trial)
app.command()(replay)
app.command()(effects)
app.add_typer(rules, name="rules")
app.add_typer(corpus, name="corpus")
app.command(help=CORRELATE_HELP, cls=Many)(correlate)
app.command()(schema)
app.command()(doctor)
app.command()(serve)
app.command()(approve)
app.command()(install)
app.command()(mcp)


@app.callback(help=HELP)
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """Audit scripts that AI agents write, before they run."""
    if version:
        from auditor import __version__

        print(f"auditor {__version__}")
        raise typer.Exit


def run(arguments: list[str]) -> int:
    """Run a command; every way to end becomes an exit code."""
    warnings.showwarning = _warn
    try:
        code = typer.main.get_command(app).main(args=arguments, prog_name="auditor", standalone_mode=False)
        sys.stdout.flush()
    except (OutputClosedError, BrokenPipeError):
        drop_output()
        return CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except typer.Abort:
        return INTERRUPTED
    except UsageError as error:
        complain("error", str(error), error.hint)
        return error.exit_code
    except AuditorError as error:
        complain("no verdict was reached", str(error), error.hint)
        return error.exit_code
    except _ClickException as error:
        return _usage(error)
    except Exception as error:
        return _failure(error)
    return code if isinstance(code, int) else 0


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    """Say a warning as everything else is said, without the place in our code."""
    complain("warning", str(message))


def _usage(error: BaseException) -> int:
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", "auditor")
    said = getattr(error, "format_message", lambda: str(error))()
    if said:
        complain("error", said.rstrip("."), f"{command} --help")
    elif context is not None:
        print(context.get_help(), file=sys.stderr)  # no arguments at all
    return UsageError.exit_code


def _failure(error: Exception) -> int:
    """The last boundary: a fault of the auditor must not look like a clean script, nor like a finding."""
    if os.environ.get("AUDITOR_DEBUG"):
        traceback.print_exception(error)
    complain(
        "no verdict was reached",
        f"{type(error).__name__}: {error}",
        "a fault of the auditor; AUDITOR_DEBUG=1 says more",
    )
    return NO_VERDICT
