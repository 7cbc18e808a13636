"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const scripts = data.scripts;
  const byId = (id) => document.getElementById(id);
  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const nameOf = (script) => script.path || (script.episode ? `${script.tool || "call"}, step ${script.step}` : script.id);
  const order = { deny: 0, review: 1, allow: 2 };
  const size = 50;
  const state = { sort: "", up: true, page: 0, shown: scripts, open: -1, last: null };

  for (const script of scripts) {
    const words = [script.id, script.verdict, script.language, script.path, script.from, script.episode || "", script.tool, script.call, ...script.families, ...script.reasons, ...script.lines];
    for (const finding of script.findings) words.push(finding.rule, finding.title, finding.message, finding.effect || "", ...finding.hosts);
    for (const gap of script.gaps) words.push(gap.why, gap.what);
    Object.defineProperty(script, "haystack", { value: words.join("\n").toLowerCase(), enumerable: false });
  }

  const fill = (select, values) => {
    for (const value of [...new Set(values)].sort()) select.append(make("option", "", value));
  };
  if (!scripts.some((script) => script.time)) byId("table").classList.add("untimed");
  fill(byId("family"), scripts.flatMap((script) => [...script.families, ...script.findings.map((finding) => finding.family)]));
  fill(byId("language"), scripts.map((script) => script.language));

  const key = (script, name) => {
    if (name === "verdict") return order[script.verdict];
    if (name === "families") return script.families.join(" ") || "~";
    if (name === "time") return script.time || script.step || "";
    if (name === "id") return nameOf(script);
    return script[name];
  };
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  function choose() {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [verdict, family, language] = ["verdict", "family", "language"].map((id) => byId(id).value);
    state.shown = scripts.filter((script) =>
      (!verdict || script.verdict === verdict) &&
      (!language || script.language === language) &&
      (!family || script.families.includes(family) || script.findings.some((finding) => finding.family === family)) &&
      words.every((word) => script.haystack.includes(word)));
    if (state.sort) {
      const sign = state.up ? 1 : -1;
      state.shown = [...state.shown].sort((a, b) => sign * compare(key(a, state.sort), key(b, state.sort)) || compare(a.row, b.row));
    }
    state.page = 0;
    draw();
  }

  function found(script) {
    const cell = make("td");
    const minded = script.findings.filter((finding) => finding.outcome !== "allow");
    const first = minded[0] || script.findings[0];
    if (first) {
      cell.append(first.title);
      if (first.effect) cell.append(make("code", "sub", first.effect.length > 110 ? first.effect.slice(0, 109) + "…" : first.effect));
      const more = script.findings.length - 1;
      if (more > 0) cell.append(make("span", "sub", `and ${more} more`));
    } else if (script.gaps.length) {
      cell.append(make("span", "quiet", `not examined: ${script.gaps[0].why}`));
    }
    return cell;
  }

  function draw() {
    const body = byId("table").tBodies[0];
    const start = state.page * size;
    const rows = state.shown.slice(start, start + size).map((script, index) => {
      const row = make("tr");
      const verdict = make("td");
      verdict.append(make("span", `badge v-${script.verdict}`, script.verdict));
      const name = make("td");
      const button = make("button", "link", nameOf(script));
      button.addEventListener("click", () => open(start + index, true));
      name.append(button);
      const sub = script.episode ? (script.path ? `${script.episode}, step ${script.step}` : script.episode) : script.path ? script.id : "";
      if (sub) name.append(make("span", "sub", sub));
      row.append(verdict, name, found(script), make("td", "", script.language), make("td", "num", script.copies > 1 ? script.copies.toLocaleString("en") : ""), make("td", "quiet", script.time));
      return row;
    });
    body.replaceChildren(...rows);
    const count = state.shown.length;
    const pages = Math.max(1, Math.ceil(count / size));
    byId("shown").textContent = count === scripts.length ? `${count.toLocaleString("en")} scripts` : `${count.toLocaleString("en")} of ${scripts.length.toLocaleString("en")} scripts`;
    byId("page").textContent = `page ${state.page + 1} of ${pages}`;
    byId("before").disabled = state.page === 0;
    byId("after").disabled = state.page + 1 >= pages;
  }

  function findingNode(finding, script) {
    const node = make("article", `finding v-${finding.outcome}`);
    const head = make("h3", "", finding.title);
    const meta = make("p", "quiet", `${finding.outcome}, ${finding.severity}, ${finding.status}: ${finding.rule} (${finding.family})`);
    node.append(head, meta);
    if (finding.message && finding.message !== finding.title) node.append(make("p", "", finding.message));
    if (finding.effect) node.append(make("code", "effect", finding.effect));
    if (finding.trail.length) {
      const trail = make("ol", "trail");
      trail.setAttribute("aria-label", "How it is reached");
      for (const step of finding.trail) {
        const where = step.unit === 0 ? `line ${step.line}` : `${step.language} ${step.line}`;
        trail.append(make("li", "", `${where} ${step.what}`.trim()));
      }
      node.append(trail);
    }
    for (const each of finding.evidence) node.append(make("p", "mono", `${each.source} ${each.event} ${each.detail}`));
    const rule = data.rules[finding.rule];
    if (rule && rule.why) node.append(make("p", "quiet", rule.why));
    if (rule && rule.instead) node.append(make("p", "quiet", `Instead: ${rule.instead}`));
    if (script.lines.length >= finding.line) {
      const jump = make("button", "link", finding.line === finding.end ? `line ${finding.line}` : `lines ${finding.line} to ${finding.end}`);
      jump.addEventListener("click", () => { const line = byId(`L${finding.line}`); if (line) line.scrollIntoView({ block: "center" }); });
      const at = make("p"); at.append(jump); node.append(at);
    } else if (finding.line) node.append(make("p", "quiet", `line ${finding.line}, past what this page keeps of the text`));
    return node;
  }

  function textNode(script) {
    const marks = new Map();
    for (const finding of script.findings)
      for (let line = finding.line; line <= Math.min(finding.end, finding.line + 40); line++)
        if (!marks.has(line) || order[finding.outcome] < order[marks.get(line)]) marks.set(line, finding.outcome);
    const frame = make("div", "text");
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", "Text of the script");
    const list = make("ol");
    script.lines.forEach((text, index) => {
      const item = make("li", marks.has(index + 1) ? `marked ${marks.get(index + 1)}` : "");
      item.id = `L${index + 1}`;
      item.append(make("span", "", String(index + 1)), make("span", "", text));
      list.append(item);
    });
    frame.append(list);
    return frame;
  }

  function open(index, remember) {
    const script = state.shown[index];
    if (!script) return;
    state.open = index;
    const detail = byId("detail");
    const title = make("h2", "", nameOf(script));
    title.id = "d-title";
    const where = [script.language, `${script.bytes.toLocaleString("en")} bytes`];
    if (script.copies > 1) where.push(`${script.copies.toLocaleString("en")} copies`);
    if (script.episode) where.push(`episode ${script.episode}, step ${script.step}`);
    if (script.tool) where.push(`tool ${script.tool}`);
    if (script.call) where.push(`call ${script.call}`);
    if (script.time) where.push(`${script.time} UTC${script.zone ? " (zone assumed)" : ""}`);
    where.push(script.id === nameOf(script) ? script.from : `${script.id} in ${script.from}`);
    const nodes = [make("span", `badge v-${script.verdict}`, script.verdict), title, make("p", "where", where.join(" · "))];
    for (const finding of script.findings) nodes.push(findingNode(finding, script));
    for (const gap of script.gaps) {
      const node = make("article", "finding v-review");
      node.append(make("h3", "", `Not examined: ${gap.why}`), make("p", "quiet", `${gap.stage}: ${gap.what}${gap.line ? `, line ${gap.line}` : ""}`));
      nodes.push(node);
    }
    if (script.lines.length) {
      nodes.push(make("h3", "", "Text"), textNode(script));
      if (script.cut) nodes.push(make("p", "quiet", "The rest of the text is not in this page."));
    } else nodes.push(make("p", "quiet", "The text of this script is not in the results."));
    detail.replaceChildren(...nodes);
    byId("previous").disabled = index === 0;
    byId("next").disabled = index + 1 >= state.shown.length;
    const dialog = byId("script");
    if (!dialog.open) { state.last = document.activeElement; dialog.showModal(); }
    dialog.scrollTop = 0;
    if (remember) history.replaceState(null, "", `#row=${script.row}`);
  }

  const dialog = byId("script");
  dialog.addEventListener("close", () => { history.replaceState(null, "", location.pathname + location.search); if (state.last && state.last.isConnected) state.last.focus(); });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  byId("close").addEventListener("click", () => dialog.close());
  byId("previous").addEventListener("click", () => open(state.open - 1, true));
  byId("next").addEventListener("click", () => open(state.open + 1, true));
  document.addEventListener("keydown", (event) => {
    if (dialog.open && event.key === "ArrowLeft" && !event.target.closest(".text")) open(state.open - 1, true);
    else if (dialog.open && event.key === "ArrowRight" && !event.target.closest(".text")) open(state.open + 1, true);
    else if (!dialog.open && event.key === "/" && !event.target.closest("input, select")) { event.preventDefault(); byId("search").focus(); }
  });
  for (const id of ["search", "verdict", "family", "language"]) byId(id).addEventListener("input", choose);
  byId("before").addEventListener("click", () => { state.page -= 1; draw(); byId("scripts").focus(); });
  byId("after").addEventListener("click", () => { state.page += 1; draw(); byId("scripts").focus(); });
  for (const button of document.querySelectorAll("th button[data-sort]"))
    button.addEventListener("click", () => {
      state.up = state.sort === button.dataset.sort ? !state.up : button.dataset.sort !== "copies";
      state.sort = button.dataset.sort;
      for (const head of document.querySelectorAll("th[aria-sort]")) head.removeAttribute("aria-sort");
      button.closest("th").setAttribute("aria-sort", state.up ? "ascending" : "descending");
      choose();
    });
  for (const button of document.querySelectorAll("button[data-search]"))
    button.addEventListener("click", () => { byId("search").value = button.dataset.search; choose(); byId("scripts").scrollIntoView(); byId("search").focus(); });

  const asked = new URLSearchParams(location.hash.slice(1));
  for (const id of ["search", "verdict", "family", "language"]) if (asked.has(id)) byId(id).value = asked.get(id);
  choose();
  if (asked.has("row")) open(state.shown.findIndex((script) => script.row === Number(asked.get("row"))), false);
  document.body.dataset.ready = "yes";
})();
