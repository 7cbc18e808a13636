"use strict";
(() => {
  const runs = JSON.parse(document.getElementById("data").textContent);
  const KINDS = ["open", "laid", "bad"];
  const LANE = 22, HEAD = 64, FOOT = 22;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  class Timeline {
    constructor(figure, run) {
      this.run = run;
      this.canvas = figure.querySelector("canvas");
      this.hint = figure.querySelector(".hint");
      this.low = 0;
      this.high = run.span;
      this.lanes = new Map(run.lanes.map((lane, index) => [lane.name, index]));
      figure.querySelectorAll("button").forEach((button) =>
        button.addEventListener("click", () => this.act(button.dataset.do)));
      this.canvas.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? 0.8 : 1.25, this.moment(event.offsetX));
      }, { passive: false });
      this.canvas.addEventListener("keydown", (event) => {
        const acts = { "+": "in", "=": "in", "-": "out", ArrowLeft: "left", ArrowRight: "right", "0": "all" };
        if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        this.act(acts[event.key]);
      });
      this.pointers = new Map();
      this.canvas.addEventListener("pointerdown", (event) => {
        this.pointers.set(event.pointerId, event.offsetX);
        this.canvas.setPointerCapture(event.pointerId);
        this.tell(event.offsetX, event.offsetY);
      });
      this.canvas.addEventListener("pointermove", (event) => this.moved(event));
      for (const name of ["pointerup", "pointercancel"])
        this.canvas.addEventListener(name, (event) => this.pointers.delete(event.pointerId));
      new ResizeObserver(() => this.draw()).observe(this.canvas);
      for (const query of ["(prefers-color-scheme: dark)", "print"])
        matchMedia(query).addEventListener("change", () => this.draw());
    }
    get left() { return this.canvas.clientWidth < 520 ? 4 : 150; }
    x(moment) { return this.left + (moment - this.low) / (this.high - this.low) * (this.canvas.clientWidth - this.left - 8); }
    moment(x) { return this.low + (x - this.left) / (this.canvas.clientWidth - this.left - 8) * (this.high - this.low); }
    act(what) {
      const middle = (this.low + this.high) / 2, step = (this.high - this.low) / 4;
      if (what === "in") this.zoom(0.6, middle);
      else if (what === "out") this.zoom(1 / 0.6, middle);
      else if (what === "left") this.move(-step);
      else if (what === "right") this.move(step);
      else { this.low = 0; this.high = this.run.span; this.draw(); }
    }
    zoom(by, around) {
      const span = Math.min(Math.max((this.high - this.low) * by, 2), this.run.span);
      const share = (around - this.low) / (this.high - this.low);
      this.low = around - share * span;
      this.high = this.low + span;
      this.move(0);
    }
    move(by) {
      const span = this.high - this.low;
      this.low = Math.min(Math.max(this.low + by, 0), this.run.span - span);
      this.high = this.low + span;
      this.draw();
    }
    moved(event) {
      const before = this.pointers.get(event.pointerId);
      if (before === undefined) { this.tell(event.offsetX, event.offsetY); return; }
      if (this.pointers.size === 2) {
        const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
        const was = Math.abs(before - other), now = Math.abs(event.offsetX - other);
        if (was > 4 && now > 4) this.zoom(was / now, this.moment((event.offsetX + other) / 2));
      } else this.move(this.moment(before) - this.moment(event.offsetX));
      this.pointers.set(event.pointerId, event.offsetX);
    }
    time(moment, precise) {
      const text = new Date((this.run.start + moment) * 1000).toISOString();
      const span = this.high - this.low;
      return precise ? text.slice(0, 19).replace("T", " ") : span > 172800 ? text.slice(5, 16).replace("T", " ") : text.slice(11, 19);
    }
    tell(x, y) {
      const lane = this.run.lanes[Math.floor((y - HEAD) / LANE)], moment = this.moment(x), near = (this.high - this.low) / 150;
      let said = "";
      if (lane && y > HEAD) {
        const step = lane.steps.find((each) => each[0] - near <= moment && moment <= each[1] + near);
        said = lane.name + (step ? ", step " + step[2] + " (" + step[3] + "): " + step[4] : "");
      } else {
        const alert = this.run.alerts.find((each) => Math.abs(each[0] - moment) < near);
        if (alert) said = this.time(alert[0], true) + "  " + alert[1] + "  " + alert[2] + (alert[4] ? "  → " + alert[4] : "  open");
      }
      if (said) this.hint.textContent = said;
    }
    draw() {
      const width = this.canvas.clientWidth, height = HEAD + this.run.lanes.length * LANE + FOOT;
      const scale = window.devicePixelRatio || 1;
      this.canvas.style.height = height + "px";
      this.canvas.width = Math.round(width * scale);
      this.canvas.height = Math.round(height * scale);
      const pen = this.canvas.getContext("2d");
      pen.scale(scale, scale);
      pen.font = "12px system-ui, sans-serif";
      this.canvas.dataset.low = this.low.toFixed(3);
      this.canvas.dataset.high = this.high.toFixed(3);
      this.axis(pen, width, height);
      this.bars(pen, width);
      pen.save();
      pen.beginPath();
      pen.rect(this.left, 0, width - this.left, height);
      pen.clip();
      this.run.lanes.forEach((lane, index) => this.lane(pen, lane, index));
      for (const kind of [0, 1, 2]) for (const alert of this.run.alerts) if (alert[5] === kind) this.alert(pen, alert);
      pen.restore();
      if (this.left > 10) {
        pen.fillStyle = colour("quiet");
        pen.textAlign = "left";
        pen.fillText("alerts", 0, 34);
        this.run.lanes.forEach((lane, index) => pen.fillText(this.cut(pen, lane.name, this.left - 12), 0, HEAD + index * LANE + 15));
      }
    }
    cut(pen, text, width) {
      if (pen.measureText(text).width <= width) return text;
      while (text.length > 3 && pen.measureText(text + "…").width > width) text = text.slice(0, -1);
      return text + "…";
    }
    axis(pen, width, height) {
      const span = this.high - this.low, wanted = Math.max(2, Math.floor((width - this.left) / 84));
      const steps = [1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 604800, 2592000, 7776000];
      const step = steps.find((each) => span / each <= wanted) || steps[steps.length - 1];
      pen.textAlign = "center";
      for (let at = Math.ceil((this.low + this.run.start % step) / step) * step - this.run.start % step; at <= this.high; at += step) {
        const x = this.x(at);
        pen.strokeStyle = colour("rule");
        pen.beginPath(); pen.moveTo(x, 14); pen.lineTo(x, height - FOOT); pen.stroke();
        pen.fillStyle = colour("quiet");
        if (x > this.left + 26 && x < width - 30) pen.fillText(this.time(at, false), x, height - 6);
      }
    }
    bars(pen, width) {
      const most = Math.max(1, ...this.run.bars), each = this.run.span / this.run.bars.length;
      pen.fillStyle = colour("step");
      this.run.bars.forEach((count, index) => {
        const low = Math.max(this.x(index * each), this.left), high = Math.min(this.x((index + 1) * each), width - 8);
        if (count && high > low) { const tall = Math.max(2, count / most * 30); pen.fillRect(low, 44 - tall, Math.max(high - low - 0.5, 1), tall); }
      });
    }
    lane(pen, lane, index) {
      const y = HEAD + index * LANE + 4;
      for (const kind of [0, 1, 2]) {
        pen.fillStyle = colour(kind ? KINDS[kind] : "step");
        for (const step of lane.steps) {
          if (step[5] !== kind || step[1] < this.low || step[0] > this.high) continue;
          const low = this.x(step[0]), high = this.x(step[1]);
          if (kind) pen.fillRect(low, y - 2, Math.max(high - low, 3), LANE - 5);
          else pen.fillRect(low, y, Math.max(high - low, 1.5), LANE - 9);
        }
      }
    }
    alert(pen, alert) {
      if (alert[0] < this.low || alert[0] > this.high) return;
      const lane = alert[4] ? this.lanes.get(alert[4]) : undefined, x = this.x(alert[0]);
      pen.fillStyle = colour(KINDS[alert[5]]);
      pen.beginPath(); pen.arc(x, 51, 3, 0, 7); pen.fill();
      if (lane === undefined) return;
      pen.strokeStyle = colour(KINDS[alert[5]]);
      pen.globalAlpha = alert[5] === 2 ? 0.45 : 0.2;
      pen.beginPath(); pen.moveTo(x, 54); pen.lineTo(x, HEAD + lane * LANE + 4); pen.stroke();
      pen.globalAlpha = 1;
    }
  }
  // On paper nothing can be opened: what is folded is shown, and folded again afterwards.
  const folded = [...document.querySelectorAll("details")].filter((each) => !each.open);
  addEventListener("beforeprint", () => folded.forEach((each) => { each.open = true; }));
  addEventListener("afterprint", () => folded.forEach((each) => { each.open = false; }));
  document.querySelectorAll("figure.run").forEach((figure) => new Timeline(figure, runs[Number(figure.dataset.run)]).draw());
})();
