const { spawn, execSync: go } = require("child_process");
class Runner extends Object {
  static #port = 2222;
  constructor(host = "build.example") { super(); this.host = host; }
  get argv() { return ["-N", "-L", `${Runner.#port}:localhost:22`, this.host]; }
  async *steps() { for (const part of this.argv) yield part; }
  run() { return spawn("ssh", this.argv, { stdio: "inherit", detached: !0 }); }
}
const table = { a: (x) => x.split("").reverse().join(""), ["b" + 1]: go, ...{ c: eval } };
for (let i = 0; i < 3; i++) table.b1(["git", "status"].slice(0, i).join(" "));
try { new Function("x", "return x?.y ?? 1")({}); } catch ({ message }) { console.log(message); } finally { void 0; }
switch (process.argv[2]) { case "up": new Runner().run(); break; default: label: while (true) { break label; } }
(async () => { for await (const s of new Runner().steps()) go(`echo ${s}`); })();
