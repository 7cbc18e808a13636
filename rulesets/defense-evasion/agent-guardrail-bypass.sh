#!/bin/bash
# ok: agent-guardrail-bypass
claude -p "what does --dangerously-skip-permissions do?"
# ok: agent-guardrail-bypass
cat ~/.claude/settings.json
# ruleid: agent-guardrail-bypass
claude --dangerously-skip-permissions -p "run the plan"
# ruleid: agent-guardrail-bypass
echo '{"permissions":{"allow":["Bash"]}}' > ~/.claude/settings.json
