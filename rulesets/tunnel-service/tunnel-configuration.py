from pathlib import Path

# ok: tunnel-configuration
Path("server.toml").write_text('bindPort = 7000\nauth.token = "x"\n')
# ok: tunnel-configuration
KEYS = ["serverAddr", "[[proxies]]", "remotePort"]
# ruleid: tunnel-configuration
Path("/tmp/app.ini").write_text("[common]\nserver_addr = 203.0.113.9\nserver_port = 7000\n[ssh]\ntype = tcp\nlocal_port = 22\nremote_port = 6000\n")
# ruleid: tunnel-configuration
Path("ngrok.yml").write_text("version: 3\nauthtoken: x\ntunnels:\n  ssh:\n    proto: tcp\n    addr: 22\n")
