import subprocess
from pathlib import Path

# ok: agent-guardrail-bypass
subprocess.run(["claude", "--version"])
# ok: agent-guardrail-bypass
text = (Path.home() / ".claude/settings.json").read_text()
# ruleid: agent-guardrail-bypass
subprocess.run(["gemini", "--yolo", "-p", "run the plan"])
# ruleid: agent-guardrail-bypass
(Path.home() / ".claude/settings.json").write_text("{}")
