"""Files and texts that a library's own calls send: to a bucket, over SFTP and FTP, by mail.

Each is written as the command that does the same (`scp`, `aws s3 cp`), so that one rule reads both.
Sources: the references of paramiko (SFTPClient), boto3 (S3), google-cloud-storage, huggingface_hub,
ftplib and smtplib.
"""

from __future__ import annotations

from collections.abc import Callable

from auditor.read.apis.carried import hold, note_held, origins_at
from auditor.read.python.call import Call
from auditor.read.python.objects import NONE, External, PyValue, TupleObj
from auditor.read.python.paths import note_read
from auditor.read.secrets import note_sent
from auditor.read.values import Known, Value, as_text, concat, known_text

Handler = Callable[[Call], PyValue]
_CLIENTS = (
    "boto3.client()", "boto3.Session().client()", "boto3.session.Session().client()", "aioboto3.Session().client()",
    "boto3.resource().Bucket()", "boto3.resource().Object()", "boto3.Session().resource().Bucket()",
)  # fmt: skip
_BLOBS = ("google.cloud.storage.Client().bucket().blob()", "google.cloud.storage.Client().get_bucket().blob()")


def _word(call: Call, index: int, name: str) -> Value:
    return as_text(call.word(index, name))


def _file_sent(call: Call, path: PyValue, command: tuple[str, ...], target: Value) -> None:
    """Record a file sent, as the command that sends it: under the name of what it is a link to or a copy of."""
    place = as_text(call.machine.word(path))
    note_read(call.machine, place, call.node)
    found: list[Value] = [Known(origin) for origin in origins_at(call.machine, path) if origin != known_text(place)]
    for source in found or [place]:
        call.emit(*command, source, target)


def _peer_of(call: Call) -> Value:
    """Give the host that a session was opened to."""
    here: External | None = call.callee
    while here is not None:
        peer = here.state.get("peer")
        if isinstance(peer, TupleObj) and peer.items:
            return as_text(call.machine.word(peer.items[0]))
        here = here.parent
    return Known("host")


def _sftp_put(call: Call) -> PyValue:
    """`sftp.put(local, remote)`."""
    target = concat((_peer_of(call), Known(":"), _word(call, 1, "remotepath")))
    _file_sent(call, call.arg(0, "localpath"), ("scp",), target)
    return call.result()


def _sftp_put_object(call: Call) -> PyValue:
    """`sftp.putfo(file, remote)`."""
    note_held(call, [call.arg(0, "fl")], ("http", "PUT", concat((Known("sftp://"), _peer_of(call)))))
    return call.result()


def _bucket(call: Call, index: int) -> Value:
    name = call.get(index, "Bucket") or next(iter(call.receiver.args), Known("bucket"))
    return concat((Known("s3://"), as_text(call.machine.word(name)), Known("/")))


def _s3_file(call: Call) -> PyValue:
    """`s3.upload_file(path, bucket, key)`, `bucket.upload_file(path, key)`."""
    is_client = "client" in call.receiver.path
    target = _bucket(call, 1 if is_client else 9)
    _file_sent(call, call.arg(0, "Filename"), ("aws", "s3", "cp"), target)
    return NONE


def _s3_object(call: Call) -> PyValue:
    """`s3.upload_fileobj(file, bucket, key)`, `s3.put_object(Bucket=…, Body=…)`."""
    body = call.get(None, "Body") or call.arg(0, "Fileobj")
    note_held(call, [body], ("http", "PUT", _bucket(call, 1)))
    return call.result()


def _blob_file(call: Call) -> PyValue:
    """`blob.upload_from_filename(path)`."""
    blob = call.receiver
    name = blob.args[0] if blob.args else blob.kwargs.get("blob_name")
    target = concat((Known("gs://bucket/"), as_text(call.machine.word(name)))) if name else Known("gs://bucket")
    _file_sent(call, call.arg(0, "filename"), ("gsutil", "cp"), target)
    return NONE


def _blob_text(call: Call) -> PyValue:
    note_held(call, [call.arg(0, "data")], ("http", "PUT", Known("gs://bucket/")))
    return NONE


def _hub_file(call: Call) -> PyValue:
    """`api.upload_file(path_or_fileobj=…)`."""
    given = call.arg(None, "path_or_fileobj") if "path_or_fileobj" in call.kwargs else call.arg(None, "folder_path")
    held: list[PyValue] = [given]
    found = origins_at(call.machine, given)
    note_sent(call.machine.evaluation, found, ("http", "PUT", "https://huggingface.co/"), call.machine.place(call.node))
    if not found:
        note_held(call, held, ("http", "PUT", Known("https://huggingface.co/")))
    return call.result()


def _stored(call: Call) -> PyValue:
    """`ftp.storbinary(command, file)`."""
    note_held(call, [call.arg(1, "fp")], ("http", "PUT", concat((Known("ftp://"), _peer_of(call), Known("/")))))
    return call.result()


def _mailed(call: Call) -> PyValue:
    """`smtp.send_message(message)`, `smtp.sendmail(sender, receivers, text)`."""
    address = concat((Known("smtp://"), _peer_of(call)))
    note_held(call, [*call.args, *call.kwargs.values()], ("http", "POST", address))
    return call.result()


def _attached(call: Call) -> PyValue:
    """A part of a message or form: the message holds it."""
    hold(call, call.receiver, *call.args, *call.kwargs.values())
    return NONE


_MESSAGES = {
    "email.message.EmailMessage()": ("add_attachment", "set_content", "attach", "add_related"),
    "email.message.Message()": ("attach", "set_payload"),
    "email.mime.multipart.MIMEMultipart()": ("attach",),
    "email.mime.base.MIMEBase()": ("set_payload",),
    "aiohttp.FormData()": ("add_field",),
    "aiohttp.MultipartWriter()": ("append",),
}
CALLS: dict[str, Handler] = {
    **dict.fromkeys(("paramiko.SSHClient().open_sftp().put", "paramiko.SFTPClient.from_transport().put"), _sftp_put),
    **dict.fromkeys(("pysftp.Connection().put", "fabric.Connection().put", "asyncssh.scp"), _sftp_put),
    "paramiko.SSHClient().open_sftp().putfo": _sftp_put_object,
    **{f"{client}.upload_file": _s3_file for client in _CLIENTS},
    **{f"{client}.{name}": _s3_object for client in _CLIENTS for name in ("upload_fileobj", "put_object", "put")},
    **{f"{blob}.upload_from_filename": _blob_file for blob in _BLOBS},
    **{f"{blob}.{name}": _blob_text for blob in _BLOBS for name in ("upload_from_string", "upload_from_file")},
    **{f"huggingface_hub.{name}": _hub_file for name in ("upload_file", "upload_folder")},
    **{f"huggingface_hub.HfApi().{name}": _hub_file for name in ("upload_file", "upload_folder")},
    **{f"ftplib.{made}.{name}": _stored for made in ("FTP()", "FTP_TLS()") for name in ("storbinary", "storlines")},
    **{f"smtplib.{made}.{name}": _mailed for made in ("SMTP()", "SMTP_SSL()") for name in ("send_message", "sendmail")},
    **{f"{made}.{name}": _attached for made, names in _MESSAGES.items() for name in names},
}  # fmt: skip
