const http = require('http'), net = require("net"), fs = require(`fs`);
const key = [3, 5, 7], coded = Buffer.from("bHMgLVI=", "base64");
const text = [...coded].map((c, i) => String.fromCharCode(c ^ key[i % 3] ^ key[i % key.length])).join('');
eval(atob("Y29uc29sZS5sb2coMSk=")); process["main" + "Module"]?.require("os");
const s = new net.Socket(); s.connect(443, "db.example", function () { s.pipe(process.stdout); });
fetch("https://api.example/v1", { method: "POST", body: JSON.stringify({ a: [1, 2, ...key] }) }).then(r => r.json());
fs.writeFileSync("/tmp/x.sh", "ls -R /tmp\n"); import("./other.mjs").then(({ default: d }) => d());
var a = /x(\d+)/giu.exec("x12")[1] | 0x1f, b = a >>> 2 ** 3, { c = 1, ...rest } = { c: 2, d: 3 };
globalThis["ev" + "al"]("1"), (0, eval)("2"), new Proxy({}, { get: (t, k) => k }), Reflect.apply(go, null, ["ls"]);
